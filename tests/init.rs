//! The first minutes: `init` writes a file that a run can be made with, and gaps are written down as known ones.

use touchmark::{commands::read_config, emulator::Config};

use crate::peers::{Act, Reply, peer};
use crate::support::{Cli, serve, with_defect};

const ACCOUNT: &str = "touchmark:touchmark-demo-secret";

#[test]
fn init_writes_a_file_with_which_the_target_can_be_certified() {
    let target = serve(Config::demo());
    let mut cli = Cli::new();
    let asked = ["init", "--target", &target.base, "--rate", "off", "--account", ACCOUNT];
    let others = ["--account", "touchmark-deny:touchmark-deny-secret:deny"];
    let more = ["--account", "touchmark-read:touchmark-read-secret:read_only"];
    let ran = cli.run(&[&asked[..], &others, &more].concat());
    let said = ran.exits(0).stdout.clone();
    assert!(said.starts_with("wrote touchmark.toml: ") && said.contains("touchmark plan"), "{said}");
    let text = cli.read("touchmark.toml");
    assert!(!text.contains("secret\"") && !text.contains("-secret"), "{text}");
    for part in [
        "target = \"http://127.0.0.1",
        "# its company: ",
        "client_id_env = \"BT_CLIENT_ID_DENY\"",
        "# client_id_env = \"BT_CLIENT_ID_SPARE\"",
        "#   perm_command = full",
        "# Asked what it may do, the target gave a refusal (403)",
        "# \"rep.id\" = \"",
        "# jump_group = \"\"  # Code name of a Jump Group",
        "# Everything that was asked with the main account was answered.",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    read_config(&text).expect("a configuration");
    for (name, value) in [("", "touchmark"), ("_DENY", "touchmark-deny"), ("_READ_ONLY", "touchmark-read")] {
        let secret = if name.is_empty() { "touchmark-demo-secret".to_owned() } else { format!("{value}-secret") };
        cli.set(&format!("BT_CLIENT_ID{name}"), value).set(&format!("BT_CLIENT_SECRET{name}"), &secret);
    }
    let ran = cli.run(&["certify", "--only", "command/get_api_info", "--rate", "off"]);
    assert!(ran.exits(0).stdout.contains("conformant"), "{}", ran.stdout);
    assert!(cli.report().verdicts().values().filter(|verdict| **verdict == "pass").count() > 50);
}

#[test]
fn init_says_what_a_target_does_not_do_and_what_it_lacks() {
    let mut config = Config::demo();
    config.site.representatives.iter_mut().for_each(|rep| rep.client = None);
    let target = serve(config);
    let cli = Cli::new();
    // An account that may ask for reports of support sessions only.
    let account = "touchmark-support-reports:touchmark-support-reports-secret";
    cli.run(&["init", "--target", &target.base, "--rate", "off", "--account", account]).exits(0);
    let text = cli.read("touchmark.toml");
    for part in [
        "# --- What the target did not do for the main account ---\n# archive/archive_listing: a refusal (403)",
        "# reporting/presentation_session: a refusal (403)",
        "# \"rep.id\" = \"\"  # Id of a representative who is logged in to the console; no representative is logged in",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(!text.contains("# reporting/support_session:"), "{text}");
}

#[test]
fn init_without_a_target_or_with_a_file_that_exists_changes_nothing() {
    let silent = peer(|_| Act::Reply(Reply::new(200, "text/xml", "")));
    let cli = Cli::new();
    let without = cli.run(&["init"]);
    assert!(without.exits(2).stderr.contains("give --target or BT_API_HOST"), "{}", without.stderr);
    cli.write("mine.toml", "seed = 7\n");
    let ran = cli.run(&["init", "mine.toml", "--target", &silent.base, "--account", "a:b"]);
    assert!(ran.exits(2).stderr.contains("mine.toml: the file exists, and stays as it is"), "{}", ran.stderr);
    assert_eq!((cli.read("mine.toml").as_str(), silent.connections()), ("seed = 7\n", 0));
    // Nobody is there, or the credentials are not taken: no file is begun.
    let target = serve(Config::demo());
    for (base, account, says) in [
        ("http://127.0.0.1:9", "a:b", "cannot be reached"),
        (target.base.as_str(), "touchmark:wrong-secret", "does not take the credentials"),
        (target.base.as_str(), "touchmark-deny:touchmark-deny-secret", "may not use the command API"),
    ] {
        let ran = cli.run(&["init", "--target", base, "--account", account]);
        assert!(ran.exits(4).stderr.contains(says), "{}", ran.stderr);
    }
    assert!(!cli.path("touchmark.toml").exists());
    let ran =
        cli.run(&["init", "no/such/folder.toml", "--target", &target.base, "--account", ACCOUNT, "--rate", "off"]);
    assert!(ran.exits(2).stderr.contains("name a file in a folder that can be written to"), "{}", ran.stderr);
}

#[test]
fn gaps_that_are_written_down_are_accepted_with_owner_and_day_and_only_once() {
    let broken = serve(with_defect("drop:command/get_appliances:appliances/appliance"));
    let cli = Cli::new();
    cli.aim(&broken.base, &broken.emulator);
    let line = ["certify", "--only", "command/get_appliances"];
    let write = ["--write-known-gaps", "gaps.toml", "--gaps-owner", "team x", "--gaps-until", "2999-12-31"];
    let ran = cli.run(&[&line[..], &write].concat());
    assert!(ran.exits(1).stdout.contains("to gaps.toml, until 2999-12-31"), "{}", ran.stdout);
    let written = cli.read("gaps.toml");
    assert!(written.contains("owner = \"team x\"\nexpires = \"2999-12-31\"\n"), "{written}");
    let ran = cli.run(&[&line[..], &["--known-gaps", "gaps.toml"]].concat());
    assert!(ran.exits(0).stdout.contains("(team x, until 2999-12-31)"), "{}", ran.stdout);
    cli.run(&[&line[..], &write].concat()).exits(1);
    assert_eq!(cli.read("gaps.toml"), written, "what the file has it has once");
    // A journal gives the same, and what cannot be read is not written over.
    let again = ["judge", "touchmark-report", "--write-known-gaps", "again.toml", "--gaps-owner", "team x"];
    cli.run(&[&again[..], &["--gaps-until", "2999-12-31"]].concat()).exits(1);
    assert_eq!(cli.read("again.toml"), written);
    cli.write("broken.toml", "[[gap]]\nid = 1\n");
    for (file, options, says) in [
        ("broken.toml", ["--gaps-owner", "x"], "broken.toml:2: "),
        ("gaps.toml", ["--gaps-owner", " "], "--gaps-owner is empty"),
        ("gaps.toml", ["--gaps-until", "2024-12-03"], "--gaps-owner"),
    ] {
        let ran = cli.run(&[&line[..], &["--write-known-gaps", file], &options].concat());
        assert!(ran.exits(2).stderr.contains(says), "{}", ran.stderr);
    }
    let past = ["--write-known-gaps", "gaps.toml", "--gaps-owner", "x", "--gaps-until", "2024-12-03"];
    let ran = cli.run(&[&line[..], &past].concat());
    assert!(ran.exits(2).stderr.contains("it is no day from today on"), "{}", ran.stderr);
    assert_eq!((cli.read("broken.toml").as_str(), cli.read("gaps.toml")), ("[[gap]]\nid = 1\n", written));
}
