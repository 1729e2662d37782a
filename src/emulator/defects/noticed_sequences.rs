//! Several commands that show the defects of sequences. Only tests use it.

use super::noticed::Script;

/// A session of its own, and one after another what makes its answers wrong.
pub(super) fn scripts(kind: &str) -> Vec<Script> {
    if kind != super::super::command::sequences::KIND {
        return Vec::new();
    }
    let begin = [
        "touchmark GET action=generate_session_key&type=support&queue_id=general",
        "touchmark GET action=create_virtual_customer&short_key={key}&name=N&ip_address=192.0.2.7&operating_system=O&computer_name=C",
        "touchmark GET action=get_connected_clients&type=support_customer",
    ];
    let set = "touchmark GET action=set_session_attributes&lsid={lsid}&session.custom.external_key";
    let read = "touchmark GET action=get_session_attributes&lsid={lsid}";
    let to_team = "touchmark GET action=transfer_session&lsid={lsid}&queue_id=team:1";
    let status = "touchmark GET action=set_rep_status&rep_id=1&code_name=busy";
    let chat = "touchmark GET action=send_chat_message&lsid={lsid}&body=B";
    let (join, end) = (
        "touchmark GET action=join_session&lsid={lsid}&rep_id=151",
        "touchmark GET action=terminate_session&lsid={lsid}",
    );
    let one = |letter: &str| format!("{set}={letter}");
    let rests: [Vec<String>; 4] = [
        [join.into(), one("a"), one(""), read.into(), chat.into(), one("c"), read.into()].into(),
        [to_team.into(), one("a"), read.into(), read.into(), chat.into(), read.into()].into(),
        [join.into(), to_team.into(), "touchmark GET action=get_connected_clients".into(), end.into(), read.into()]
            .into(),
        [status.into(), status.into(), "touchmark GET action=get_connected_clients".into(), one("a"), end.into()]
            .into(),
    ];
    let mut scripts: Vec<Script> = Vec::new();
    for rest in rests {
        let mut script: Script = begin.iter().map(|line| (*line).to_owned()).collect();
        script.extend(rest);
        // Once more with the same key, and once with a new one.
        script.extend(begin[1..].iter().map(|line| (*line).to_owned()));
        script.extend(begin.iter().map(|line| (*line).to_owned()));
        script.push(read.to_owned());
        scripts.push(script);
    }
    // The end of a session, and what another one has then.
    let mut two: Script = begin.iter().map(|line| (*line).to_owned()).collect();
    two.push(one("a"));
    two.push("touchmark GET action=terminate_session&lsid=c69a8e10bea9428f816cfababe9815fe".to_owned());
    two.push(read.to_owned());
    scripts.push(two);
    let end = "touchmark GET action=terminate_session&lsid=c69a8e10bea9428f816cfababe9815fe";
    scripts.push([begin[0], end, begin[1], begin[2], read].map(str::to_owned).into());
    scripts.extend(elsewhere());
    let (set, join) = (
        "action=set_session_attributes&lsid={lsid}&session.custom.external_key=a",
        "action=join_session&lsid={lsid}&rep_id=151",
    );
    let moved = "action=transfer_session&lsid={lsid}&queue_id=team:1";
    for (by, late) in [(set, join), (join, set), (set, moved)] {
        let mut script: Script = begin.iter().map(|line| (*line).to_owned()).collect();
        script.push(format!("overtaken {by} {late}"));
        script.push(read.to_owned());
        script.push("touchmark GET action=get_connected_clients".to_owned());
        scripts.push(script);
    }
    scripts
}

/// What the feed and the reports make of several commands.
fn elsewhere() -> Vec<Script> {
    let c69 = "lsid=c69a8e10bea9428f816cfababe9815fe";
    let transfer = |queue: &str| format!("transfer_session&{c69}&queue_id={queue}");
    let set = format!("set_session_attributes&{c69}&session.custom.custom_field2=Later");
    let (join, leave) = (format!("join_session&{c69}&rep_id=5"), format!("leave_session&{c69}&rep_id=5"));
    let chat = format!("send_chat_message&{c69}&body=B");
    let status = |code: &str| format!("set_rep_status&rep_id=5&code_name={code}");
    let sequences: [Vec<String>; 8] = [
        [transfer("team:1"), set.clone(), transfer("rep:5")].into(),
        [transfer("team:1"), format!("terminate_session&{c69}")].into(),
        [join.clone(), leave.clone(), join.clone(), chat.clone()].into(),
        [chat.clone(), status("busy")].into(),
        [join.clone(), format!("leave_session&{c69}&customer=1")].into(),
        [join, set.clone()].into(),
        [set.clone(), status("busy")].into(),
        [format!("terminate_session&{c69}"), set].into(),
    ];
    let fed = sequences.iter().map(|all| {
        let steps: String = all.iter().map(|command| format!("; cmd {command}; wait 1000")).collect();
        vec![format!("feed head; auth touchmark; sub \"all\"{steps}")]
    });
    let reported = sequences.iter().map(|all| {
        let commands = all.iter().map(|command| format!("touchmark GET action={command}"));
        commands.chain([format!("report touchmark GET generate_report=SupportSession&{c69}")]).collect()
    });
    fed.chain(reported).collect()
}
