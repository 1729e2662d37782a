//! Each fault of the spec data, with what shows it.

use std::collections::BTreeMap;

use super::from_files;

/// A file without a fault; what is wrong stands below it, from line 19 on.
const SOUND: &str = r#"title = "A"
page = 5
says = "Does a."

[request]
path = "/a"
methods = ["GET"]
fixed = { action = "a" }
smallest = { id = "${known}" }
account = "none"

[parameter.id]
says = "An id."
type = "integer"
need = "required"
valid = "${known}"
underived = ["empty"]

"#;

/// A requirement without a fault, but for what stands between its braces.
fn probe(keys: &str) -> String {
    format!("[requirement.one]\nmust = \"It is.\"\nsteps = [{{ role = \"probe\", expect = [\"accepted\"]{keys} }}]\n")
}

fn faults(below: &str) -> Vec<String> {
    faults_of(&[("command/a.toml", &format!("{SOUND}{below}"))])
}

/// The faults of sound files with some others beside them, or in their place.
fn faults_of(others: &[(&str, &str)]) -> Vec<String> {
    let flow = "title = \"F\"\nsays = \"Finds.\"\nwhen = \"discovery\"\n\n[[step]]\nendpoint = \"command/a\"\nbare = true\n\
                capture = { known = \"//id\" }\n";
    let files = [
        ("guide.toml", "title = \"A guide\"\nedition = \"1\"\napi_version = \"1.0.0\"\n"),
        ("flows/find.toml", flow),
        ("fixtures.toml", "[known]\nsays = \"An id.\"\n"),
        ("schemas/token.json", "{}"),
        ("command/a.toml", SOUND),
    ];
    let files: BTreeMap<_, _> =
        files.iter().chain(others).map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    from_files(&files).map_or_else(|faults| faults.0, |_| Vec::new())
}

fn check(cases: &[(&str, &str)]) {
    for (below, expected) in cases {
        let faults = faults(below);
        let [fault] = faults.as_slice() else { panic!("{below}\nhas not one fault: {faults:#?}") };
        assert_eq!(fault.strip_prefix("specs/command/a.toml:"), Some(*expected), "{below}");
    }
}

#[test]
fn what_is_sound_has_no_fault() {
    assert_eq!(faults(""), Vec::<String>::new());
    assert_eq!(faults(&probe("")), Vec::<String>::new());
}

#[test]
fn keys_of_a_step_that_shut_each_other_out_are_faults() {
    for (keys, expected) in [
        (", repeat = 2, burst = 2", "`repeat` and `burst` shut each other out; take one out"),
        (", stop = \"refused\"", "`stop` ends a `repeat`, and there is none; take it out"),
        (", repeat = 1", "a step is sent once anyway; write 2 or more, or take it out"),
        (
            ", raw = \"action=a&id=1\", send = { id = \"1\" }",
            "`raw` is the whole query; take `send`, `draw`, `bare`, `without` and `encoding` out",
        ),
        (", send = { id = \"1\" }, draw = { id = \"lawful\" }", "`id` is in `send` and in `draw`; take one out"),
        (", otherwise = \"do that\"", "`otherwise` says what to do where `only_if` does not hold, and there is none"),
        (", only_if = [\"accepted\"]", "`only_if` without `otherwise`; say what an operator can do"),
        (", method = \"GET\", body = \"form\"", "GET has no body; take `body` or `method` out"),
        (
            ", only_if = [{ at = \"burst:refused\", equals = \"0\" }], otherwise = \"do that\"",
            "`burst:refused` counts the answers to a `burst`, and there is none; write how often it is sent",
        ),
        (
            ", burst = 2, only_if = [{ at = \"repeat:refused\", equals = \"0\" }], otherwise = \"do that\"",
            "`repeat:refused` counts the answers to a `repeat`, and there is none; write how often it is sent",
        ),
        (
            ", only_if = [{ at = \"//a\", present = true, each_may_be_absent = true }], otherwise = \"do that\"",
            "`each_may_be_absent = true` stands beside `each`; take it out",
        ),
        (", draw = { id = \"min\" }", "`id` has no `min`, so there is no such value to draw"),
        (", draw = { id = \"over-limit\" }", "`id` has no `max_characters`, so there is no such value to draw"),
        (", without = [\"ids\"]", "`ids` would not be sent anyway; did you mean `id`?"),
        (
            ", endpoint = \"command/b\"",
            "`command/b` is no endpoint that can be called; did you mean `command/a`?; name one with a [request]",
        ),
    ] {
        check(&[(&probe(keys), &format!("21: {expected}"))]);
    }
}

#[test]
fn what_no_request_can_hold_is_a_fault() {
    for (keys, expected) in [
        (", headers = { \"A B\" = \"1\" }", "`A B` is no name of a header; write letters, digits and hyphens"),
        (", headers = { A = \"1\\n2\" }", "the header `A` has a line of its own only; take line breaks out"),
        (", path = \"http://host/\"", "`http://host/` is no path of a URL; begin it with `/`"),
        (", method = \"A B\"", "`A B` is no HTTP method; write one such as GET"),
    ] {
        check(&[(&probe(keys), &format!("21: {expected}"))]);
    }
}

#[test]
fn names_that_mean_nothing_are_faults() {
    check(&[
        (
            &probe(", send = { id = \"${each}\" }"),
            "19: `${each}` of `command/a/one` is an item of a list, and this step has no `for_each`",
        ),
        (
            &probe(", send = { id = \"${text:20001}\" }"),
            "19: `${text:20001}` of `command/a/one` asks for too much; the seed decides at most 20000",
        ),
        (&probe(", send = { id = \"${known\" }"), "21: `${known` has no end; write `${known}`"),
        (
            "[requirement.one]\nmust = \"It is.\"\nover = \"feed:listed_day\"\n",
            "21: `listed_day` is not known here; write one of row_ids, created_in_time, personal_active, personal_own, personal_nameless, session_ids, \
             tools_of_members, boolean, team_id, key, files_shape, pairs_shape, sections, after_response, subscribed, fresh_ids, \
             known_rows, update_type",
        ),
        (
            "[parameter.b]\nsays = \"B.\"\ntype = \"enum\"\nvalues = [\"1\"]\n\n[[elements]]\n\n[elements.rows]\na = { type = \"text\", \
             says = \"A.\", when = { parameter = \"b\", value = \"2\" } }\n",
            "27: `2` is none of the `values` of `b`",
        ),
        (
            &probe(", send = { id = \"${knwon}\" }"),
            "19: `${knwon}` of `command/a/one` is known to nobody: no step before captures it, no flow finds it and no row of \
             fixtures.toml has it; did you mean `known`?",
        ),
        (
            "[requirement.one]\nmust = \"It is.\"\nsteps = [{ role = \"probe\", expect = [\"schema:tokn\"] }]\n",
            "19: `schema:tokn`: there is no schema specs/schemas/tokn.json; did you mean `token`?",
        ),
        (
            "[response]\njson_schema = \"tokn\"\n",
            "20: there is no schema specs/schemas/tokn.json; did you mean `token`?",
        ),
        (&probe(", use = \"listed\""), "21: there is no `listed` under [steps]"),
        (
            &probe(", only_if = [\"accepted\"], otherwise = \"log-in\""),
            "21: there is no `log-in` under [advice]; write advice in several words, or its name",
        ),
        (
            "[requirement.one]\nmust = \"It is.\"\nrests_on = [\"./smalest\"]\nsteps = [{ role = \"probe\", expect = [\"accepted\"] }]\n",
            "19: `command/a/one` rests on `command/a/smalest`, which no other requirement's id matches; did you mean \
             `command/a/smallest`?",
        ),
        (
            "[parameter.b]\nsays = \"B.\"\ntype = \"reference\"\nneeds = { idd = \"1\" }\nvalid = \"1\"\n",
            "22: there is no parameter `idd` here; did you mean `id`?",
        ),
        (
            "[parameter.b]\nsays = \"B.\"\ntype = \"reference\"\nexcludes = [\"idd\"]\nvalid = \"1\"\n",
            "22: there is no parameter `idd` here; did you mean `id`?",
        ),
        (
            "[parameter.b]\nsays = \"B.\"\ntype = \"reference\"\nunderived = [\"emptyy\"]\nvalid = \"1\"\n",
            "22: nothing of the kind `emptyy` derives from a parameter; did you mean `empty`?",
        ),
        (
            "[set.all]\nsays = \"All.\"\nparameters = { idd = \"1\" }\n",
            "21: there is no parameter `idd` here; did you mean `id`?",
        ),
        (
            "[[elements]]\n\n[elements.rows]\na = { type = \"text\", says = \"A.\", when = { parameter = \"idd\", value = \"1\" } }\n",
            "22: there is no parameter `idd` here; did you mean `id`?",
        ),
        (
            "[table.a]\nsays = \"A.\"\n\n[table.a.fields]\nb = { type = \"integer\", says = \"B.\", refers = \"c\" }\n",
            "23: there is no table `c`",
        ),
        (
            "[table.a]\nsays = \"A.\"\n\n[table.a.fields]\nb = { type = \"integer\", says = \"B.\", stands_where = \"c=1\" }\n",
            "23: there is no field `c` beside this one",
        ),
        (
            "[requirement.one]\nmust = \"It is.\"\nonly = \"b\"\nsteps = [{ role = \"probe\", expect = [\"accepted\"] }]\n",
            "21: there are no [names.b] in this file",
        ),
    ]);
}

#[test]
fn what_nothing_reads_is_a_fault() {
    check(&[
        (
            "[event.a]\nsays = \"A.\"\n\n[event.a.fields]\nb = { type = \"integer\", says = \"B.\", refers = \"c\" }\n",
            "23: `refers` is of a field of a table, and nothing reads it here; take it out",
        ),
        (
            "[requirement.one]\nmust = \"It is.\"\nsteps = [{ role = \"probe\", expect = [\"accepted\"] }]\nteardown = [{ send = { id = \"1\" } }]\n",
            "19: its steps only read, so the teardown is never played; take it out, or give the step that changes something its `class`",
        ),
        (
            "[parameter.b]\nsays = \"B.\"\ntype = \"enum\"\n",
            "21: an enumeration has `values`; write all that are lawful",
        ),
        (
            "[parameter.b]\nsays = \"B.\"\ntype = \"reference\"\n",
            "21: no lawful value of a reference can be drawn; write one as `valid`",
        ),
        (
            "[parameter.b]\nsays = \"B.\"\ntype = \"string\"\nunderived = [\"value/\"]\n",
            "22: nothing of the kind `value/` would derive from this row; take it out",
        ),
        ("[advice]\nlog-in = \"log somebody in\"\n", "20: nothing says `log-in` of [advice]; take it out"),
        ("[scripts]\nsum = \"1+$*\"\n", "20: nothing says `sum` of [scripts]; take it out"),
        ("[steps]\nlisted = { role = \"setup\" }\n", "20: nothing says `listed` of [steps]; take it out"),
        (
            "[requirement.one]\nmust = \"It is.\"\ntopic = \"a\"\nsteps = [{ role = \"probe\", expect = [\"accepted\"] }]\n",
            "21: a topic is what an ambiguous requirement leaves open; take it out",
        ),
        (
            "[[elements]]\n\n[elements.rows]\na = { type = \"text\", says = \"A.\", topic = \"b\" }\n",
            "22: `names` are the readings of a `topic`: write both or none",
        ),
        (
            "[[elements]]\n\n[elements.rows]\na = { type = \"text\", says = \"A.\", min = 1 }\n",
            "22: `min` and `max` are bounds of a number, and this is none",
        ),
        (
            "[[elements]]\n\n[elements.rows]\na = { type = \"text\", says = \"A.\", open = true }\n",
            "22: `open` is of an enumeration or a record; take it out",
        ),
        (
            "[[elements]]\n\n[elements.rows]\na = { type = \"text\", says = \"A.\", values = [\"b\"] }\n",
            "22: an enumeration has `values`, what the guide prints, and nothing else has",
        ),
        (
            "[parameter.b]\nsays = \"B.\"\ntype = \"reference\"\nmax = 5\nvalid = \"1\"\n",
            "21: `min` and `max` are bounds of a number, and this is none",
        ),
        (
            "[parameter.b]\nsays = \"B.\"\ntype = \"reference\"\nitem_values = [\"5\"]\nvalid = \"1\"\n",
            "21: `item_values` are those of a list; write `values`",
        ),
        (
            "[example.b]\nsays = \"B.\"\nprinted = \"action=a&id=1\"\nsend = \"action=a&id=1\"\n",
            "19: `send` is what is printed; leave it out",
        ),
        (
            "[example.b]\nsays = \"B.\"\nprinted = \"action=a\"\nexpect = \"refused\"\ntopic = \"a\"\n",
            "23: a topic is for an example that is `open`; take it out",
        ),
        (
            "[table.a]\nsays = \"A.\"\n\n[table.a.fields]\nb = { type = \"integer\", says = \"B.\", dangling = true }\n",
            "23: `dangling` is of a field that `refers` to a table; take it out",
        ),
    ]);
}

#[test]
fn what_is_looked_at_shuts_steps_out() {
    check(&[
        (
            "[requirement.one]\nmust = \"It is.\"\n",
            "19: nothing is sent for it; give it `steps`, or say `over` what it is",
        ),
        (
            "[requirement.one]\nmust = \"It is.\"\nover = \"own-schema\"\nsteps = [{ role = \"probe\", expect = [\"accepted\"] }]\n",
            "19: `over` is instead of steps of its own; take the one or the others out",
        ),
        (
            "[requirement.one]\nmust = \"It is.\"\nover = \"own-schema\"\nexpect = [\"accepted\"]\n",
            "19: what holds is said by `over`; take `expect` and `readings` out",
        ),
        (
            "[requirement.one]\nmust = \"It is.\"\nover = \"every-answer\"\n",
            "19: nothing is asked of the answers; write `expect` or `readings`",
        ),
        (
            "[requirement.one]\nmust = \"It is.\"\nexpect = [\"accepted\"]\nsteps = [{ role = \"probe\", expect = [\"accepted\"] }]\n",
            "19: `expect` and `readings` stand in the steps, or beside `over = \"every-answer\"`",
        ),
        (
            "[requirement.one]\nmust = \"It is.\"\nover = \"everything\"\n",
            "21: `everything` is nothing to look at; write one of every-answer, own-schema, permission-entries, archives:WORD, feed:WORD, sequences:WORD",
        ),
        (
            "[requirement.one]\nmust = \"It is.\"\nshould = \"It is.\"\nsteps = [{ role = \"probe\", expect = [\"accepted\"] }]\n",
            "19: write what it states under one of the keys must, should, ambiguous",
        ),
    ]);
}

#[test]
fn what_is_wrong_with_other_files_is_a_fault_there() {
    const FLOW: &str = "title = \"F\"\nsays = \"Finds.\"\nwhen = \"discovery\"\n\n[[step]]\nendpoint = \"command/a\"\n";
    const SET: &str = "title = \"B\"\npage = 5\nsays = \"Hands on.\"\n\n[request]\npath = \"/b\"\nmethods = [\"GET\"]\n\
                       account = \"none\"\n\n[set.all]\nsays = \"All.\"\n";
    let set = |name: &str| format!("{SET}parameters = {{ {name} = \"1\" }}\n");
    assert_eq!(faults_of(&[("command/b.toml", &set("id"))]), Vec::<String>::new());
    for (path, text, expected) in [
        (
            "schemas/token.json",
            "{not",
            "specs/schemas/token.json: no JSON Schema: key must be a string at line 1 column 2",
        ),
        ("schemas/token.json", "{\"type\":\"objekt\"}", "specs/schemas/token.json: no JSON Schema: "),
        ("schemas/token.json", "{\"pattern\":\"(\"}", "specs/schemas/token.json: no JSON Schema: "),
        ("schemas/token.json", "{\"$ref\":\"http://localhost/a.json\"}", "specs/schemas/token.json: no JSON Schema: "),
        (
            "fixtures.toml",
            "[known]\nsays = \"An id.\"\n\n[other]\nsays = \"Another.\"\n",
            "specs/fixtures.toml:4: nothing names `${other}`; take the row out",
        ),
        (
            "flows/other.toml",
            &format!("{FLOW}send = {{ id = \"${{knwon}}\" }}\n"),
            "specs/flows/other.toml: `${knwon}` of `flows/other` is known to nobody",
        ),
        (
            "flows/other.toml",
            &format!("{FLOW}send = {{ id = \"${{known\" }}\n"),
            "specs/flows/other.toml:7: `${known` has no end",
        ),
        ("command/b.toml", &set("nob"), "specs/command/b.toml:12: no endpoint has a parameter `nob`"),
    ] {
        let faults = faults_of(&[(path, text)]);
        assert!(faults.len() == 1 && faults[0].starts_with(expected), "{path}\n{text}\nhas not one fault: {faults:#?}");
    }
}

#[test]
fn a_file_may_describe_several_endpoints() {
    let text = "title = \"@{title}\"\npage = \"@{page}\"\nsays = \"Both.\"\n\n[names.b]\ntitle = \"B\"\npage = 7\n\n[names.c]\n\
                title = \"C\"\npage = 8\n";
    let files = [
        ("guide.toml".to_owned(), "title = \"A guide\"\nedition = \"1\"\napi_version = \"1.0.0\"\n".to_owned()),
        ("command/both.toml".to_owned(), text.to_owned()),
    ];
    let spec = from_files(&BTreeMap::from(files.clone())).expect("sound data");
    let known: Vec<_> = spec.endpoints.values().map(|one| (one.id.as_str(), one.title.as_str(), one.page)).collect();
    assert_eq!(known, [("command/b", "B", 7), ("command/c", "C", 8)]);
    let mut broken = BTreeMap::from(files);
    broken.insert("command/both.toml".to_owned(), text.replace("title = \"C\"\n", "titel = \"C\"\n"));
    let faults = from_files(&broken).map_or_else(|faults| faults.0, |_| Vec::new());
    assert_eq!(
        faults,
        [
            "specs/command/both.toml: nothing says `@{titel}` of [names.c]; take it out",
            "specs/command/both.toml:1: [names.c] does not say what `title` is; did you mean `titel`?",
        ]
    );
}
