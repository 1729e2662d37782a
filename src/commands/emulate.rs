//! `touchmark emulate`: the emulator on its own.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Args;
use secrecy::ExposeSecret;
use tokio::signal::unix::{SignalKind, signal};

use super::{
    Failure,
    accounts::account,
    emulate_manners::Manners,
    exit,
    files::{read_file, write_whole},
    option_values::Within,
    places::Places,
    print, say,
};
use crate::emulator::{self, Account, Clock, Config, Emulator, Rate, Role};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Address to listen on; port 0 picks a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: String,
    /// An API account; without any, those of the demo site
    #[arg(long = "account", value_name = "ID:SECRET[:ROLE]")]
    accounts: Vec<String>,
    /// Speak TLS with a certificate of its own, made at the start
    #[arg(long)]
    tls: bool,
    /// Where to write the certificate that --tls made, for --ca; with --key, the certificate that is shown
    #[arg(long, hide_short_help = true, value_name = "FILE", requires = "tls")]
    certificate: Option<PathBuf>,
    /// `on` refuses what comes over the rate; `off` never refuses, though its headers still count
    #[arg(long, hide_short_help = true, value_name = "on|off", default_value = "on", value_parser = ["on", "off"])]
    rate_limit: String,
    /// A deliberate defect
    #[arg(long = "defect", value_name = "ID")]
    defects: Vec<String>,
    /// Print every defect and what it breaks
    #[arg(long, hide_short_help = true)]
    list_defects: bool,
    /// How to read the guide where it leaves something open
    #[arg(long = "reading", hide_short_help = true, value_name = "NAME=READING")]
    readings: Vec<String>,
    /// Print every name that --reading takes, with its readings
    #[arg(long, hide_short_help = true)]
    list_readings: bool,
    /// A site of your own instead of the demo site
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// An OpenAPI 3 document of your own for the Configuration API
    ///
    /// YAML or JSON. What is wrong in it is named, and the rest served.
    #[arg(long, value_name = "FILE")]
    openapi: Option<PathBuf>,
    /// Row updates a second that the feed of the real-time state API makes beside those of the site
    #[arg(long, hide_short_help = true, value_name = "N", allow_negative_numbers = true, default_value_t = Within::of(0))]
    feed_rate: Within<0, 100_000>,
    /// Write a touchmark.toml with which certify can test this emulator
    ///
    /// With --tls, name --certificate too.
    #[arg(long, value_name = "FILE")]
    write_config: Option<PathBuf>,
    #[command(flatten)]
    manners: Manners,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    if arguments.list_defects {
        print(&emulator::catalogue().iter().map(defect).collect::<String>());
        return Ok(exit::CONFORMANT);
    }
    if arguments.list_readings {
        print(&list_readings());
        return Ok(exit::CONFORMANT);
    }
    let mut places = Places::default();
    arguments.data.iter().for_each(|path| places.reads("--data", path));
    arguments.openapi.iter().for_each(|path| places.reads("--openapi", path));
    match arguments.manners.key.as_deref().zip(arguments.certificate.as_deref()) {
        Some((key, certificate)) => {
            places.reads("--certificate", certificate);
            places.reads("--key", key);
        }
        None => arguments.certificate.iter().for_each(|path| places.writes("--certificate ", path)),
    }
    arguments.write_config.iter().for_each(|path| places.writes("--write-config ", path));
    places.check()?;
    if arguments.manners.data_schema {
        let text = serde_json::to_string_pretty(&emulator::site_schema());
        print(&(text.map_err(|error| Failure::ours(error.to_string()))? + "\n"));
        return Ok(exit::CONFORMANT);
    }
    let config = config(arguments)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::ours(format!("no runtime: {error}")))?;
    runtime.block_on(serve(arguments, config))
}

/// A defect, with the readings that come with it.
fn defect(defect: &emulator::Defect) -> String {
    let with: String = defect.readings.iter().map(|r| format!(" (with --reading {}={})", r.topic, r.reading)).collect();
    format!("{}\n  {}{with}\n", defect.id, defect.says)
}

fn list_readings() -> String {
    emulator::Readings::list()
        .iter()
        .map(|topic| {
            let readings = topic.readings.iter().map(|name| {
                if *name == topic.default_reading() { format!("{name} (default)") } else { (*name).to_owned() }
            });
            format!("{:<28} {}\n", topic.name, readings.collect::<Vec<_>>().join(", "))
        })
        .collect()
}

fn config(arguments: &Arguments) -> Result<Config, Failure> {
    let mut config = Config { delay: arguments.manners.delay(), ..Config::demo() };
    if let Some(path) = &arguments.data {
        let text = read_file(path, "the data of a site")?;
        config.site =
            emulator::load_site(&text).map_err(|says| Failure::usage(format!("{}: {says}", path.display())))?;
    }
    config.edition = edition(arguments.openapi.as_deref())?;
    if !arguments.accounts.is_empty() {
        config.accounts.clear();
    }
    for text in &arguments.accounts {
        let (role, account) = account(text)?;
        if config.accounts.iter().any(|other| other.client_id == account.client_id) {
            let id = &account.client_id;
            return Err(Failure::usage(format!("--account: two accounts have the id {id}; give one of them another")));
        }
        let role = Role::of(role.word()).ok_or_else(|| Failure::usage("--account: the emulator has no such role"))?;
        config.accounts.push(Account::new(&account.client_id, account.client_secret.expose_secret(), role));
    }
    for account in &mut config.accounts {
        account.rate = if arguments.rate_limit == "on" { Rate::Enforced } else { Rate::HeadersOnly };
    }
    let roles: Vec<&str> = config.accounts.iter().map(|account| account.role.word()).collect();
    if let Some(role) = roles.iter().find(|role| roles.iter().filter(|other| other == role).count() > 1)
        && arguments.write_config.is_some()
    {
        return Err(Failure::usage(format!(
            "--write-config: two accounts have the role {role}, and certify takes one of each; give the other a role of its own"
        )));
    }
    for id in &arguments.defects {
        config.defects.push(emulator::find_defect(id).map_err(|says| {
            Failure::usage(format!("--defect: {says}\n  touchmark emulate --list-defects prints all of them"))
        })?);
    }
    for text in &arguments.readings {
        config.readings.set(emulator::Readings::parse(text).map_err(|says| {
            Failure::usage(format!("--reading: {says}\n  touchmark emulate --list-readings prints all of them"))
        })?);
    }
    Ok(config)
}

/// What the Configuration API is served by. What is wrong with a document of the operator's own is named, and the rest is served.
fn edition(own: Option<&Path>) -> Result<Arc<emulator::Edition>, Failure> {
    let Some(path) = own else { return Ok(emulator::Edition::whole()) };
    let text = read_file(path, "an OpenAPI document")?;
    let edition = emulator::Edition::of(&text).map_err(|says| {
        Failure::usage(format!("--openapi {}: {says}\n  name an OpenAPI 3 document in YAML or JSON", path.display()))
    })?;
    for fault in edition.faults() {
        say(&format!("{}: {fault}", path.display()));
    }
    Ok(edition)
}

async fn serve(arguments: &Arguments, config: Config) -> Result<u8, Failure> {
    if arguments.tls && arguments.write_config.is_some() && arguments.certificate.is_none() {
        return Err(Failure::usage(
            "--write-config: nobody could trust the certificate that --tls makes\n  give --certificate FILE, which the configuration then names",
        ));
    }
    // What cannot be used is said before the port is taken.
    let own = arguments.manners.identity(arguments.certificate.as_ref())?;
    let listen = &arguments.listen;
    let listener = tokio::net::TcpListener::bind(listen).await.map_err(|error| {
        Failure::usage(format!(
            "--listen {listen}: {error}\n  name a free address such as 127.0.0.1:0, which picks a port"
        ))
    })?;
    let address = listener.local_addr().map_err(|error| Failure::ours(error.to_string()))?;
    let (scheme, tls) = match (arguments.tls, own) {
        (false, _) => ("http", None),
        (true, Some(own)) => ("https", Some(own)),
        (true, None) => {
            let (identity, pem) = emulator::TlsIdentity::self_signed(&address.ip().to_string())
                .map_err(|error| Failure::ours(format!("no certificate: {error}")))?;
            if let Some(path) = &arguments.certificate {
                write(path, &pem)?;
            }
            ("https", Some(identity))
        }
    };
    let url = format!("{scheme}://{address}");
    let accounts = config.accounts.clone();
    let emulator = Arc::new(Emulator::new(config, Clock::System));
    emulator.load_feed(arguments.feed_rate.get());
    emulator.show_itself();
    if arguments.manners.access_log {
        emulator.on_visit(|visit| say(&visit.to_string()));
    }
    if let Some(path) = &arguments.write_config {
        write(path, &config_file(&url, arguments.certificate.as_deref(), &accounts, &emulator))?;
    }
    print(&format!("listening on {url}\n"));
    say(&format!("who is there and who came: {url}{}", emulator::STATUS_PATH));
    emulator::serve(listener, emulator, tls, interrupted())
        .await
        .map_err(|error| Failure::ours(format!("the server stopped: {error}")))?;
    say("stopped");
    Ok(exit::CONFORMANT)
}

/// Ends with Ctrl-C, or with the signal by which a container is ended.
async fn interrupted() {
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => _ = terminate.recv().await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    write_whole(path, text.as_bytes()).map_err(|error| {
        Failure::usage(format!(
            "{}: cannot be written: {error}\n  name a file in a folder that is there",
            path.display()
        ))
    })
}

/// A `touchmark.toml` for this emulator. Its secrets are those of a toy.
fn config_file(url: &str, certificate: Option<&Path>, accounts: &[Account], emulator: &Emulator) -> String {
    let mut out = format!("# Made by touchmark emulate --write-config.\ntarget = \"{url}\"\n");
    if let Some(path) = certificate {
        // The run may be started somewhere else.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        out.push_str(&format!("ca = {:?}\n", path.display().to_string()));
    }
    for account in accounts {
        let role = account.role.word();
        out.push_str(&format!(
            "\n[[account]]\nclient_id = {:?}\nclient_secret = {:?}\nrole = \"{role}\"\n",
            account.client_id, account.client_secret
        ));
    }
    out.push_str("\n[fixtures]\n");
    for (name, value) in emulator.fixtures() {
        out.push_str(&format!("{name} = {value:?}\n"));
    }
    let main = accounts.iter().find(|account| account.role == Role::Full);
    for (name, token) in main.map(|account| emulator.old_tokens(&account.client_id)).unwrap_or_default() {
        out.push_str(&format!("{name} = {token:?}\n"));
    }
    out
}
