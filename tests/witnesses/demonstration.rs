//! The guide's demonstration (pp. 158-161) in a browser: a page that loads the script of the emulator and shows what it hears.
//!
//! In: Debian's Chromium, driven by playwright-core. Out: the rows of the page, by each way in which the script gives them.

use touchmark::emulator::Config;

use super::{Client, LAST, Witness, follow, rows, same, scripts, site::Site};
use crate::support::installed;

const BROWSER: Witness =
    Witness { program: "node", script: "demonstration.js", package: "node_modules/playwright-core" };

#[test]
fn the_demonstration_of_the_guide_shows_every_row_in_chromium() {
    if !installed("/usr/bin/chromium") || !BROWSER.is_installed() {
        return;
    }
    let site = Site::open(Config::demo(), true);
    let page = scripts().join("demonstration.html").display().to_string();
    let client = Client::of(BROWSER, &[&page, &site.url(), &site.token(), LAST]);
    follow(&site, &client);
    let page = client.last();
    assert_eq!(
        (&page["error"], &page["errors"], &page["sockets"]),
        (&"".into(), &Vec::<String>::new().into(), &1.into())
    );
    let stands = site.rows();
    same(&rows(&page["all"]), &stands);
    // Ids that a number of JavaScript does not hold.
    assert!(stands["customer_client"].keys().all(|id| id.parse::<u64>().expect("an id") > 1 << 53));
    for (table, way) in [("representative", "representatives"), ("customer_client", "customers")] {
        assert_eq!(rows(&serde_json::json!({ table: page[way] }))[table], stands[table], "{way}");
    }
    for (table, name) in [("representative", "public_display_name"), ("support_session", "customer_name")] {
        let listed = page["lists"][table].as_array().expect("a list");
        let mut listed: Vec<&str> = listed.iter().filter_map(|item| item.as_str()).collect();
        let mut expected: Vec<String> = stands[table].iter().map(|(id, row)| format!("{id} {}", row[name])).collect();
        listed.sort_unstable();
        expected.sort_unstable();
        assert_eq!(listed, expected, "{table}");
    }
}
