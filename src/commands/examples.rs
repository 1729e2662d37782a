//! Examples at the end of the long help of commands. A test types each of them.

pub(super) const INIT: &str = "\
Examples:
  touchmark init --target support.example.com
  touchmark init staging.toml --target https://support.example.com --ca staging.pem";

pub(super) const CERTIFY: &str = "\
Examples:
  touchmark certify                              the embedded emulator, or the target of touchmark.toml
  touchmark certify --target support.example.com --allow write
  touchmark certify --only command/get_api_info  one endpoint
  touchmark certify --report html --report junit=results.xml
  touchmark certify --failed-first --budget 60s  what a pull request waits for
  touchmark certify --write-known-gaps gaps.toml --gaps-owner 'team support'
  touchmark certify --known-gaps gaps.toml";

pub(super) const FUZZ: &str = "\
Examples:
  touchmark fuzz
  touchmark fuzz --only http/head/ --time 600";

pub(super) const PLAN: &str = "\
Examples:
  touchmark plan --allow write
  touchmark plan --only command/join_session --cases-in-full";

pub(super) const EMULATE: &str = "\
Examples:
  touchmark emulate --listen 127.0.0.1:0 --write-config touchmark.toml
  touchmark emulate --data site.toml --latency 40 --jitter 20
  touchmark emulate --access-log --defect behaviour:auth/token:token-never-works";

pub(super) const PROVE: &str = "\
Examples:
  touchmark prove --defect behaviour:command/join_session:
  touchmark prove --matrix-dir matrix";

pub(super) const JUDGE: &str = "\
Examples:
  touchmark judge touchmark-report
  touchmark judge part-1 part-2 part-3 --report-dir touchmark-report
  touchmark judge recorded.har --only reporting/
  touchmark judge answer.xml --as command/get_logged_in_reps
  touchmark judge --metrics state-17.json.gz event-49.json.gz event-50.json.gz";

pub(super) const VERIFY: &str = "\
Examples:
  touchmark verify run.zip --key public.pem";

pub(super) const REPLAY: &str = "\
Examples:
  touchmark replay touchmark-report/report.json command/get_api_info/smallest";

pub(super) const SELECT: &str = "\
Examples:
  curl -sS -i URL | touchmark select '//lsid'
  touchmark select json:/access_token";

pub(super) const COMPLETIONS: &str = "\
Examples:
  touchmark completions bash > /etc/bash_completion.d/touchmark
  touchmark completions zsh > ~/.zfunc/_touchmark
  touchmark completions fish > ~/.config/fish/completions/touchmark.fish";

pub(super) const MAN: &str = "\
Examples:
  touchmark man /usr/local/share/man/man1";
