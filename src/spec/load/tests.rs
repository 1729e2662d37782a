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
    let text = format!("{SOUND}{below}");
    let flow = "title = \"F\"\nsays = \"Finds.\"\nwhen = \"discovery\"\n\n[[step]]\nendpoint = \"command/a\"\nbare = true\n\
                capture = { known = \"//id\" }\n";
    let files = [
        ("guide.toml", "title = \"A guide\"\nedition = \"1\"\napi_version = \"1.0.0\"\n"),
        ("flows/find.toml", flow),
        ("fixtures.toml", "[known]\nsays = \"An id.\"\n"),
        ("schemas/token.json", "{}"),
        ("command/a.toml", &text),
    ];
    let files: BTreeMap<_, _> = files.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
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
fn names_that_mean_nothing_are_faults() {
    check(&[
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
            "[parameter.b]\nsays = \"B.\"\ntype = \"reference\"\nneeds = { idd = \"1\" }\n",
            "22: there is no parameter `idd` here; did you mean `id`?",
        ),
        (
            "[parameter.b]\nsays = \"B.\"\ntype = \"reference\"\nexcludes = [\"idd\"]\n",
            "22: there is no parameter `idd` here; did you mean `id`?",
        ),
        (
            "[parameter.b]\nsays = \"B.\"\ntype = \"reference\"\nunderived = [\"emptyy\"]\n",
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
            "[parameter.b]\nsays = \"B.\"\ntype = \"reference\"\nmax = 5\n",
            "21: `min` and `max` are bounds of a number, and this is none",
        ),
        (
            "[parameter.b]\nsays = \"B.\"\ntype = \"reference\"\nitem_values = [\"5\"]\n",
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
            "21: `everything` is nothing to look at; write one of every-answer, own-schema, permission-entries, archives:WORD, feed:WORD",
        ),
        (
            "[requirement.one]\nmust = \"It is.\"\nshould = \"It is.\"\nsteps = [{ role = \"probe\", expect = [\"accepted\"] }]\n",
            "19: write what it states under one of the keys must, should, ambiguous",
        ),
    ]);
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
