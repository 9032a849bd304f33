//! What clients do at redirects, each case as it was measured: `clients.toml` says the same.
#![allow(clippy::unwrap_used, missing_docs)]

use why401_core::client::{Arrives, Client, Redirect};
use why401_core::url::Url;

/// From where to where; one that leads on goes back to the first host.
const WAYS: [(&str, &str); 17] = [
    ("http://a.test:18201", "http://a.test:18201/echo"),
    ("http://a.test:18201", "/echo"),
    ("http://a.test:18201", "http://a.test:18202/echo"),
    ("http://a.test:18201", "http://b.test:18201/echo"),
    ("http://a.test:18201", "http://www.a.test:18201/echo"),
    ("http://www.a.test:18201", "http://a.test:18201/echo"),
    ("http://a.test", "https://a.test/echo"),
    ("http://a.test:18201", "https://a.test:18443/echo"),
    ("https://a.test", "http://a.test/echo"),
    ("https://a.test:18443", "https://b.test:18443/echo"),
    ("http://a.test", "https://b.test/echo"),
    ("http://a.test:18201", "http://A.TEST:18201/echo"),
    ("http://a.test:18201", "http://127.0.0.9:18201/echo"),
    ("http://a.test:18201", "http://b.test:18201/hop"),
    ("http://a.test", "http://a.test:80/echo"),
    ("http://a.test:18201", "http://u2:p2@b.test:18201/echo"),
    ("http://a.test:18201", "/echo/"),
];

/// For each client:
/// what arrives of a GET by each of the ways at 302: `A` Authorization, `B` a Basic made of the address, `-` none,
/// `.` it was not followed; the same of `C` Cookie;
/// what a POST becomes at 301, 302, 303, 307 and 308, on the same origin and from http to https: `g` GET, `t` GET that
/// still has a Content-Type, `p` POST with its body, `.` not followed, in capitals with Authorization;
/// Authorization of a GET at 301, 303, 307 and 308, each to another host and to another port.
#[rustfmt::skip]
const MEASURED: &[(&str, &str, &str, &str, &str)] = &[
    ("curl", "AA---------A-AA-A", "CC---------C-CC-C", "TTTPP tttpp", "--------"),
    ("curl-location-trusted", "AAAAAAAAAAAAAAAAA", "CCCCCCCCCCCCCCCCC", "TTTPP TTTPP", "AAAAAAAA"),
    ("wget", "AAAAAAAAAAAAAAAAA", "CCCCCCCCCCCCCCCCC", "TTTPP TTTPP", "AAAAAAAA"),
    ("requests", "AA----A----A--A-A", "-----------------", "GGGPP GGGPP", "--------"),
    ("httpx", "AA----A----A--A-A", "-----------------", "TTTPP TTTPP", "--------"),
    ("aiohttp", "AA---------A---BA", "CC---------C----C", "TTTPP tttpp", "--------"),
    ("urllib3", "AA---------A--A-A", "CC---------C--C-C", "PPGPP ppgpp", "--------"),
    ("urllib", "AAAAAAAAAAAAAAA.A", "CCCCCCCCCCCCCCC.C", "GGG.. GGG..", "AAAAAAAA"),
    ("fetch", "AA---------A--A.A", "CC---------C--C.C", "GGGPP gggpp", "--------"),
    ("axios", "AA---------A--A-A", "CC---------C--C-C", "GGGPP gggpp", "--------"),
    ("got", "AA----A-A--A--ABA", "CC----C-C--C--C-C", "PPTPP PPTPP", "--------"),
    ("node-fetch2", "AAA-A------A--ABA", "CCC-C------C--C-C", "TTTPP tttpp", "-A-A-A-A"),
    ("node-fetch3", "AAA-A------A--A.A", "CCC-C------C--C.C", "TTTPP tttpp", "-A-A-A-A"),
    ("undici", "AA---------A--A-A", "CC---------C--C-C", "TTGPP ttgpp", "--------"),
    ("superagent", "AA---------A--ABA", "CC---------C--C-C", "GGGPP gggpp", "--------"),
    ("follow-redirects", "AA--A-A----A--A-A", "CC--C-C----C--C-C", "GGGPP GGGPP", "--------"),
    ("bun", "AA---------A--A-A", "CC---------C--C-C", "GGGPP gggpp", "--------"),
    ("deno", "AA---------A--ABA", "CC---------C--C-C", "GGGPP gggpp", "--------"),
    ("go", "AA--A---------ABA", "CC--C---------C-C", "TTTPP tttpp", "--------"),
    ("reqwest", "AA---------A--A-A", "CC---------C--C-C", "GGGPP gggpp", "--------"),
    ("ureq", "---------------B-", "-----------------", "ttt.. ttt..", "--------"),
    ("attohttpc", "AAAAAAAAAAAAAAAAA", "CCCCCCCCCCCCCCCCC", "PPPPP PPPPP", "AAAAAAAA"),
    ("php-curl", "AA---------A-AA-A", "CC---------C-CC-C", "TTTPP tttpp", "--------"),
    ("guzzle", "AA---------A--ABA", "CC---------C--C-C", "TTTPP tttpp", "--------"),
    ("php-stream", "AA---------A--ABA", "CC---------C--C-C", "GGGPP gggpp", "--------"),
    ("open-uri", "AAAAAAAA.AAAAAA.A", "CCCCCCCC.CCCCCC.C", "..... .....", "AAAAAA.."),
    ("java-http-client", "AAAAAAAAAAAAAAAAA", "CCCCCCCCCCCCCCCCC", "TTTPP TTTPP", "AAAAAAAA"),
    ("java-url-connection", "AA----...-.A--A-A", "CC----...-.C--C-C", "gggP. .....", "------.."),
];

fn follow(client: &Client, method: &str, way: (&str, &str), status: u16) -> Option<Arrives> {
    let from = format!("{}/r?s=302", way.0);
    let to = Url::of(&from).join(way.1);
    let back = format!("{}/echo", way.0);
    let mut redirects = vec![Redirect { from: Url::of(&from), to: Url::of(&to), status }];
    if way.1.ends_with("/hop") {
        redirects.push(Redirect { from: Url::of(&to), to: Url::of(&back), status });
    }
    client.follow(method, &redirects)
}

#[test]
fn each_measured_case() {
    assert_eq!(Client::all().len(), MEASURED.len());
    let authorization = |arrives: Option<Arrives>| match arrives {
        None => '.',
        Some(arrives) if arrives.authorization => 'A',
        Some(arrives) if arrives.userinfo => 'B',
        Some(_) => '-',
    };
    for (slug, header, cookie, post, get) in MEASURED {
        let client = Client::find(slug).unwrap();
        let ways = || WAYS.iter().map(|way| follow(client, "GET", *way, 302));
        assert_eq!(ways().map(authorization).collect::<String>(), *header, "{slug}: Authorization");
        let cookies = ways().map(|arrives| arrives.map_or('.', |arrives| if arrives.cookie { 'C' } else { '-' }));
        assert_eq!(cookies.collect::<String>(), *cookie, "{slug}: Cookie");
        assert!(ways().flatten().all(|arrives| arrives.others), "{slug}: other headers");
        let posts = [WAYS[0], WAYS[6]].map(|way| {
            let all = [301, 302, 303, 307, 308].map(|status| match follow(client, "POST", way, status) {
                None => '.',
                Some(arrives) => {
                    let what = match (&*arrives.method, arrives.body, arrives.content_type) {
                        ("GET", false, true) => 't',
                        ("GET", false, false) => 'g',
                        ("POST", true, true) => 'p',
                        other => panic!("{slug}: {other:?}"),
                    };
                    if arrives.authorization { what.to_ascii_uppercase() } else { what }
                }
            });
            all.iter().collect::<String>()
        });
        assert_eq!(posts.join(" "), *post, "{slug}: POST");
        let gets = [301, 303, 307, 308]
            .iter()
            .flat_map(|status| [WAYS[3], WAYS[2]].map(|way| authorization(follow(client, "GET", way, *status))));
        assert_eq!(gets.collect::<String>(), *get, "{slug}: other statuses");
    }
}

#[test]
fn clients_by_what_they_call_themselves() {
    for (agent, slug) in [
        ("curl/8.5.0", Some("curl")),
        ("python-requests/2.32.3", Some("requests")),
        ("node", Some("fetch")),
        ("node-fetch/1.0 (+https://github.com/bitinn/node-fetch)", Some("node-fetch2")),
        ("node-fetch", Some("node-fetch3")),
        ("Go-http-client/2.0", Some("go")),
        ("Mozilla/5.0", None),
    ] {
        assert_eq!(Client::of_agent(agent).map(|client| client.slug.as_str()), slug, "{agent}");
    }
}
