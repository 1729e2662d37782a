#!/bin/sh
# Puts into $OUT what OSS-Fuzz runs, by its conventions: for each target its binary, TARGET_seed_corpus.zip, TARGET.dict where there is one and
# TARGET.options. libxml2 is not where targets are run, so it comes along with what it needs, in $OUT/lib, and the binaries look there.
#
# In: $OUT, a folder; $SANITIZER, `address` or `none`. Runs in the image of the Dockerfile beside it, and without one: .ci/fuzz-build does so.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# In the image this file stands beside the sources, else in a folder of them.
for top in "$here/touchmark" "$here/.."; do
    if [ -f "$top/fuzz/Cargo.toml" ]; then cd "$top" && break; fi
done
: "${OUT:?the folder to build into}"
sanitizer=${SANITIZER:-address}

# OSS-Fuzz asks for coverage with a sanitizer of that name, for which it has flags of its own.
case $sanitizer in
coverage) cargo fuzz build -s none ;;
*) cargo fuzz build -s "$sanitizer" ;;
esac
host=$(rustc -vV | sed -n 's/^host: //p')
built=${CARGO_TARGET_DIR:-fuzz/target}/$host/release

mkdir -p "$OUT/lib"
for source in fuzz/fuzz_targets/*.rs; do
    target=$(basename "$source" .rs)
    cp "$built/$target" "$OUT/$target"
    rm -f "$OUT/${target}_seed_corpus.zip"
    zip -q -j "$OUT/${target}_seed_corpus.zip" "corpus/$target"/*
    if [ -f "fuzz/dictionaries/$target.dict" ]; then cp "fuzz/dictionaries/$target.dict" "$OUT/$target.dict"; fi
    printf '[libfuzzer]\nmax_len = 65536\ntimeout = 25\nrss_limit_mb = 2560\n' >"$OUT/$target.options"
    # The C library is where targets are run, and of its own kernel; all else comes along.
    ldd "$OUT/$target" | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p' | grep -Ev '/(libc|libm|libdl|libpthread|librt)\.so|/ld-linux' |
        while read -r library; do cp -n "$library" "$OUT/lib/"; done
    patchelf --set-rpath "\$ORIGIN/lib" "$OUT/$target"
done
# What the libraries need of each other is beside them.
for library in "$OUT"/lib/*; do patchelf --set-rpath "\$ORIGIN" "$library"; done
