//! Frameworks that put variables into the code that they build for browsers, by the beginning of the variable's name.

/// A framework, and what a variable's name must begin with to get into the browser.
#[derive(Debug)]
pub struct Framework {
    /// Its name.
    pub name: &'static str,
    /// The npm package that shows its use; `None` where variables get to the browser in other ways too, so that a name
    /// without the prefix says nothing.
    pub package: Option<&'static str>,
    /// The beginning of the name.
    pub prefix: &'static str,
    /// How its browser code reads variables.
    pub through: &'static str,
}

const fn framework(
    name: &'static str,
    package: Option<&'static str>,
    prefix: &'static str,
    through: &'static str,
) -> Framework {
    Framework { name, package, prefix, through }
}

/// The more special one first: many of them are built on Vite. Of two prefixes the longer one comes first too.
pub const FRAMEWORKS: [Framework; 12] = [
    framework("Next.js", Some("next"), "NEXT_PUBLIC_", "process.env"),
    framework("Create React App", Some("react-scripts"), "REACT_APP_", "process.env"),
    framework("Vue CLI", Some("@vue/cli-service"), "VUE_APP_", "process.env"),
    framework("Gatsby", Some("gatsby"), "GATSBY_", "process.env"),
    framework("Expo", Some("expo"), "EXPO_PUBLIC_", "process.env"),
    framework("Nuxt", None, "NUXT_PUBLIC_", "process.env"),
    framework("Storybook", None, "STORYBOOK_", "process.env"),
    framework("Astro", Some("astro"), "PUBLIC_", "import.meta.env"),
    framework("SvelteKit", Some("@sveltejs/kit"), "VITE_", "import.meta.env"),
    framework("SolidStart", Some("@solidjs/start"), "VITE_", "import.meta.env"),
    framework("Remix", Some("@remix-run/dev"), "VITE_", "import.meta.env"),
    framework("Vite", Some("vite"), "VITE_", "import.meta.env"),
];

/// The name without the prefix by which a framework lets it into the browser.
pub fn without_public_prefix(name: &str) -> &str {
    FRAMEWORKS.iter().find_map(|framework| name.strip_prefix(framework.prefix)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loader::Loader;

    #[test]
    fn names_without_their_prefix() {
        for (name, bare) in [
            ("NEXT_PUBLIC_API_KEY", "API_KEY"),
            ("PUBLIC_API_KEY", "API_KEY"),
            ("VITE_API_KEY", "API_KEY"),
            ("API_KEY", "API_KEY"),
        ] {
            assert_eq!(without_public_prefix(name), bare);
        }
    }

    #[test]
    fn prefixes_of_loaders_are_among_them() {
        for prefix in Loader::all().iter().flat_map(|loader| &loader.public_prefix) {
            assert!(FRAMEWORKS.iter().any(|framework| framework.prefix == prefix), "{prefix}");
        }
    }
}
