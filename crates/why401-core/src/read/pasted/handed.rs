//! Signs of how variables are handed to a program: by docker, by Compose, through sudo, by a client that starts servers.

use crate::fact::Remark;

/// The signs, each with an expression.
pub(super) const SIGNS: &[(Remark, &str)] = &[
    // Both hops are shown, and the second has the header as well.
    (
        Remark::KeptOver,
        r"(?is)\b30[12378]\b[^\n]{0,40}\blocation:? ?https?://[^\n]{0,400}\n[^\n]{0,20}\b(?:GET|POST|PUT|HEAD|PATCH|DELETE) https?://[^\n]{1,300}\b(?:x-)?(?:authorization|api-key):",
    ),
    // nginx, Apache, HAProxy, Caddy, Envoy and the rules of content delivery networks.
    (
        Remark::TakenOff,
        r#"(?i)\bproxy_set_header\s+(?:authorization|x-api-key|apikey|api-key)\s+(?:""|'')|\brequestheader\s+unset\s+["']?(?:authorization|x-api-key|apikey)|\bdel-header\s+(?:authorization|x-api-key)|\bheader_up\s+-(?:authorization|x-api-key)|request_headers_to_remove[^\n]{0,10}\n?[^\n]{0,20}["' -](?:authorization|x-api-key)|\bmodify request header ?> ?delete ?> ?(?:authorization|ocp-apim-subscription-key|x-api-key|api-key)|["'](?:authorization|x-api-key)["']\s*:\s*["']?(?:<removed>|null|remove)\b"#,
    ),
    (
        Remark::TokenOfVariable,
        r"\bLogged in to \S+ (?:as|account) \S+ \((?:GITHUB|GH|GITHUB_ENTERPRISE|GH_ENTERPRISE)_TOKEN\)|(?i)\b(?:token|key|credentials?) (?:from|of|in) (?:the )?(?:environment|env(?:ironment)? variable)[^\n]{0,60}\b(?:takes? precedence|overrides?|instead of|is used|will be used|being used)\b",
    ),
    (
        Remark::OptInRegion,
        r"\b(?:af-south-1|ap-east-[12]|ap-south-2|ap-southeast-[34567]|ca-west-1|eu-central-2|eu-south-[12]|il-central-1|me-central-1|me-south-1|mx-central-1)\b",
    ),
    // A shell fills nothing in between single quotes.
    (
        Remark::SingleInShell,
        r"\b(?:echo|printf) +(?:-[en]+ +)?'[^'\n]*\$\{?[A-Z][A-Z0-9_]*(?:KEY|TOKEN|SECRET|PASSWORD|PASS|PAT|USER|AUTH)\w*\}?[^'\n]*' *(?:>|\|)",
    ),
    (
        Remark::TokenCredential,
        r"\b(?:Default(?:Azure|AzureDeveloper)?|ManagedIdentity|InteractiveBrowser|AzureCli|Workload(?:Identity)?|ClientSecret|Chained(?:Token)?|VisualStudio(?:Code)?)Credential\b|\bget_bearer_token_provider\b|\baz account get-access-token\b|\bTokenCredential\b",
    ),
    // `${{ }}` is what makes an expression of it.
    (Remark::BareSecret, r"(?m)^\s*(?:- )?[\w-]+:\s*[\x22']?secrets\.[A-Z][A-Z0-9_]+[\x22']?\s*$"),
    (
        Remark::OtherPartition,
        r"\b(?:cn-north(?:west)?-1|us-gov-(?:east|west)-1|us-isob?-(?:east|west)-1)\b|\barn:aws-(?:cn|us-gov|iso-?b?):",
    ),
    // Compose knew no quotes before 1.26.
    (
        Remark::DockerFile,
        r"\b(?:docker|podman)(?: container)? (?:run|create)\b[^\n]{0,400}--env-file\b|\bdocker-compose version 1\.(?:\d|1\d|2[0-5])\.",
    ),
    // A login is made as one user, and the command runs as another.
    (
        Remark::SudoElsewhere,
        r"(?s)(?:docker/login-action|\n\s*(?:- (?:run|name):\s*)?(?:docker|podman|npm|gh|aws|az|gcloud) (?:auth )?login\b).*\bsudo (?:-E )?(?:docker|podman|npm|gh|aws|az|gcloud)\b",
    ),
    // `- NAME:value` in a list of Compose is one name, colon and all.
    (
        Remark::ColonInList,
        r#"(?m)^\s*environment:\s*\n(?:\s*(?:#|-)[^\n]*\n)*?\s*-\s*["']?[A-Z][A-Z0-9_]*:[^\s/=][^\n=]*$"#,
    ),
    // systemd takes what stands in one pair of quotes for one assignment.
    (
        Remark::QuotedTogether,
        r#"(?m)^\s*Environment=(?:"[A-Za-z_]\w*=[^"\n]*\s[A-Z_][A-Z0-9_]*=[^"\n]*"|'[A-Za-z_]\w*=[^'\n]*\s[A-Z_][A-Z0-9_]*=[^'\n]*')"#,
    ),
    // An entry of such a list is taken as it stands: quotes behind the sign are letters of the value.
    (
        Remark::QuotedInList,
        r#"(?m)^\s*environment:\s*\n(?:\s*(?:#|-)[^\n]*\n)*?\s*-\s*[A-Z0-9_]*(?:KEY|TOKEN|SECRET|PASS|PWD|USER|AUTH|CREDENTIAL)[A-Z0-9_]*=(?:"[^"'\n]+"|'[^"'\n]+')\s*$"#,
    ),
    // What such an image is given counts while its volume is empty, and never again.
    (
        Remark::FirstStart,
        r"(?s)(?:\b(?:POSTGRES_PASSWORD|(?:MYSQL|MARIADB)_(?:ROOT_)?PASSWORD|MONGO_INITDB_ROOT_PASSWORD|ELASTIC_PASSWORD|GF_SECURITY_ADMIN_PASSWORD|RABBITMQ_DEFAULT_PASS|DOCKER_INFLUXDB_INIT_\w+|NEO4J_AUTH)\b.*\n\s*volumes:|\n\s*volumes:.*\b(?:POSTGRES_PASSWORD|(?:MYSQL|MARIADB)_(?:ROOT_)?PASSWORD|MONGO_INITDB_ROOT_PASSWORD|ELASTIC_PASSWORD|GF_SECURITY_ADMIN_PASSWORD|RABBITMQ_DEFAULT_PASS|DOCKER_INFLUXDB_INIT_\w+|NEO4J_AUTH)\b|\.WithDataVolume\()",
    ),
    // Atlassian's cloud, GitHub and Bitbucket took passwords once.
    (
        Remark::PasswordLogin,
        r#"(?is)(?:\bnew jira\w*|\bjira\(|jira[_-]?(?:client|api|connector)\b|\.atlassian\.net\b|api\.bitbucket\.org|api\.github\.com).{0,300}?\b(?:pass|password)["'\]]*\s*(?:=>|[:=])\s*["'$\w]"#,
    ),
    // sudo starts with an environment of its own; what only installs or restarts something is no program of one's own.
    (
        Remark::SudoDrops,
        r"(?s)\bexport [A-Z][A-Z0-9_]+=[^\n]*\n.{0,600}?\bsudo +(?:\./|(?:sh|bash|zsh|python[0-9.]*|node|npm|npx|java|ruby|php|go|docker(?:-compose)?|terraform|packer|aws|kubectl|helm|ansible-playbook|make|[\w-]+\.(?:sh|py)) )",
    ),
    // The block of variables of an MCP server has another name than its client reads.
    (
        Remark::OtherBlock,
        r#"(?s)"mcpServers".{0,800}"(?:envVars|envs|env_vars|environment|environmentVariables|variables|ENV)"\s*:\s*\{"#,
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expression::Regex;

    fn fires(remark: Remark, text: &str) -> bool {
        let own = SIGNS.iter().find(|(own, _)| *own == remark);
        own.and_then(|(_, pattern)| Regex::new(pattern).ok()).is_some_and(|pattern| pattern.is_match(text))
    }

    #[test]
    fn ways_of_handing() {
        for (remark, text, other) in [
            (
                Remark::KeptOver,
                "> GET https://a.test/b   Authorization: Token x\n< 302  Location: https://c.test/d?Signature=e\n> GET https://c.test/d   Authorization: Token x",
                "> GET https://a.test/b   Authorization: Token x\n< 302  Location: https://c.test/d\n> GET https://c.test/d",
            ),
            (
                Remark::TakenOff,
                "proxy_set_header  Authorization  \"\";",
                "proxy_set_header Authorization $http_authorization;",
            ),
            (Remark::TakenOff, "RequestHeader unset Authorization", "RequestHeader set Authorization x"),
            (
                Remark::TokenOfVariable,
                "✓ Logged in to github.com account me (GITHUB_TOKEN)",
                "✓ Logged in to github.com account me (/home/me/.config/gh/hosts.yml)",
            ),
            (Remark::OptInRegion, "--region eu-south-2", "--region eu-west-2"),
            (
                Remark::SingleInShell,
                "echo '{\"password\":\"$REG_PASSWORD\"}' > a",
                "echo \"{\\\"password\\\":\\\"$REG_PASSWORD\\\"}\" > a",
            ),
            (
                Remark::TokenCredential,
                "new Client(url, new DefaultAzureCredential())",
                "new Client(url, new AzureKeyCredential(key))",
            ),
            (Remark::BareSecret, "  token: secrets.API_TOKEN\n", "  token: ${{ secrets.API_TOKEN }}\n"),
            (Remark::OtherPartition, "regions: [cn-northwest-1]", "regions: [ap-northeast-1]"),
            (
                Remark::SudoElsewhere,
                "uses: docker/login-action@v3\n- run: sudo docker push a/b",
                "uses: docker/login-action@v3\n- run: docker push a/b",
            ),
            (
                Remark::ColonInList,
                "    environment:\n      - API_KEY:62bce\n      - A:b\n",
                "    environment:\n      - API_KEY=62bce\n      - URL=http://a\n",
            ),
            (
                Remark::QuotedInList,
                "environment:\n  - NAME=a\n  - DB_PASSWORD=\"secret\"\n",
                "environment:\n  - NAME=\"a\"\n  - \"DB_PASSWORD=secret\"\n",
            ),
            (
                Remark::QuotedTogether,
                "[Service]\nEnvironment=\"APP_USER=a APP_PASSWORD=b\"\n",
                "[Service]\nEnvironment=\"APP_USER=a\" \"APP_PASSWORD=b\"\nEnvironment=\"OPTS=a b\"\n",
            ),
            (
                Remark::FirstStart,
                "environment:\n  POSTGRES_PASSWORD: a\nvolumes:\n  - db:/var/lib/postgresql/data",
                "environment:\n  POSTGRES_HOST: a\nvolumes:\n  - db:/data",
            ),
            (
                Remark::PasswordLogin,
                "var jira = new JiraApi({ host: H, username: U, password: P })",
                "var jira = new JiraApi({ host: H, username: U, apiToken: T })",
            ),
            (
                Remark::SudoDrops,
                "export API_KEY=abc\n\nsudo sh run.sh now",
                "export API_KEY=abc\nsudo -E sh run.sh\nsudo systemctl restart x",
            ),
            (
                Remark::OtherBlock,
                "{\"mcpServers\": {\"a\": {\"envVars\": {\"A_TOKEN\": \"x\"}}}}",
                "{\"mcpServers\": {\"a\": {\"env\": {\"A_TOKEN\": \"x\"}}}}",
            ),
            (Remark::DockerFile, "docker run --rm --env-file .env app", "docker compose --env-file .env up"),
            (Remark::DockerFile, "docker-compose version 1.25.0", "docker-compose version 1.29.2"),
        ] {
            assert!(fires(remark, text), "{remark:?}: {text}");
            assert!(!fires(remark, other), "{remark:?}: {other}");
        }
    }
}
