//! Channels of chat platforms: `slack:WORKSPACE/CHANNEL`, `teams:TENANT/TEAM/CHANNEL`.

use skywarden_document::{Node, Spanned, shortened};

use crate::{
    config::{
        code::Code,
        findings::{Finding, Findings},
        read::{Expected, scalar},
    },
    model::ChatChannel,
};

/// Longest id. Source: `AWS::Chatbot::SlackChannelConfiguration`, `SlackWorkspaceId` and `SlackChannelId`.
const MAX_ID: usize = 255;

/// A channel. What the ids look like is what `AWS::Chatbot::*` takes.
pub(crate) fn chat(node: &Node, findings: &mut Findings) -> Option<Spanned<ChatChannel>> {
    let expected = Expected { what: "a channel of Slack or Teams", example: "chat: slack:T0123ABCD/C0123ABCD" };
    let text = scalar::text(node, &expected, findings)?;
    if let Some(channel) = channel(&text.value) {
        return Some(Spanned::new(channel, text.span));
    }
    let hint = match text.value.split_once(':') {
        Some(("slack", _)) => {
            "write `slack:WORKSPACE/CHANNEL` with the ids, not the names: `slack:T0123ABCD/C0123ABCD`; both are in the address of Slack in a browser"
        }
        Some(("teams", _)) => {
            "write `teams:TENANT/TEAM/CHANNEL`: two UUIDs and the channel's id as in its link, `19:...@thread.tacv2` or percent-encoded; quote the whole"
        }
        _ => "write `slack:WORKSPACE/CHANNEL` or `teams:TENANT/TEAM/CHANNEL`",
    };
    let message = format!("`{}` is not a channel of Slack or Teams", shortened(&text.value));
    findings.push(Finding::error(Code::BadAddress, text.span, message).hint(hint));
    None
}

fn channel(text: &str) -> Option<ChatChannel> {
    match text.split_once(':')? {
        ("slack", ids) => {
            let (workspace, channel) = ids.split_once('/')?;
            let is_id = |id: &str| (1..=MAX_ID).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
            (is_id(workspace) && is_id(channel)).then(|| ChatChannel::Slack { workspace: workspace.to_owned(), channel: channel.to_owned() })
        }
        ("teams", ids) => {
            let [tenant, team, channel] = ids.splitn(3, '/').collect::<Vec<_>>()[..] else { return None };
            let channel = channel.replace(':', "%3A").replace('@', "%40");
            let teams = ChatChannel::Teams { tenant: tenant.to_owned(), team: team.to_owned(), channel: channel.clone() };
            (is_uuid(tenant) && is_uuid(team) && is_teams_channel(&channel)).then_some(teams)
        }
        _ => None,
    }
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12]) && groups.concat().bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// `19%3Aabc%40thread.tacv2`: plain characters with one encoded colon and one encoded at-sign behind it.
fn is_teams_channel(text: &str) -> bool {
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'=' | b'+' | b'/' | b'.' | b','));
    let encoded = text.replace("%3a", "%3A");
    let parts = encoded.split_once("%3A").and_then(|(kind, rest)| Some((kind, rest.split_once("%40")?)));
    text.len() <= MAX_ID && parts.is_some_and(|(kind, (id, host))| plain(kind) && plain(id) && plain(host) && !id.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const UUID: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";

    #[test]
    fn channels_are_known_by_their_ids() {
        let slack = ChatChannel::Slack { workspace: "T0123ABCD".to_owned(), channel: "C0123ABCD".to_owned() };
        assert_eq!(channel("slack:T0123ABCD/C0123ABCD"), Some(slack));
        let teams = |channel: &str| ChatChannel::Teams { tenant: UUID.to_owned(), team: UUID.to_owned(), channel: channel.to_owned() };
        for id in ["19:ab_c1@thread.tacv2", "19%3Aab_c1%40thread.tacv2"] {
            assert_eq!(channel(&format!("teams:{UUID}/{UUID}/{id}")), Some(teams("19%3Aab_c1%40thread.tacv2")));
        }
    }

    #[test]
    fn names_and_halves_are_refused() {
        for text in [
            "slack:#ops",
            "slack:T0",
            "slack:T0/",
            "slack:t0/c0",
            "slack:T0/C0/x",
            "T0/C0",
            "discord:T0/C0",
            "teams:a/b/c",
            &format!("teams:{UUID}/{UUID}"),
            &format!("teams:{UUID}/{UUID}/general"),
            &format!("teams:{UUID}/{UUID}/19:@thread"),
            &format!("teams:{UUID}/{UUID}/19:a b@thread"),
            &format!("slack:T{}/C0", "0".repeat(MAX_ID)),
        ] {
            assert_eq!(channel(text), None, "{text}");
        }
    }
}
