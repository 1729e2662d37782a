# Touchmark as an image: docker build -t touchmark . && docker run --rm touchmark certify
FROM rust:1.89-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends libxml2-dev libclang-dev pkg-config
WORKDIR /touchmark
COPY Cargo.toml Cargo.lock ./
COPY src src
COPY specs specs
RUN cargo build --release --locked

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends libxml2 ca-certificates && rm -rf /var/lib/apt/lists/*
COPY --from=build /touchmark/target/release/touchmark /usr/local/bin/touchmark
COPY LICENSE /usr/share/doc/touchmark/LICENSE
USER nobody
WORKDIR /tmp
ENTRYPOINT ["touchmark"]
CMD ["--help"]
