//! From the file of the guide itself, as typed, to what it means.
//!
//! In: `specs/guide.toml`. Out: the guide. Faults are gathered.

use super::{reader::Reader, shape};
use crate::spec::guide::{Change, Guide, Section, Version, VersionRow};

impl Reader {
    pub(super) fn guide(&mut self, file: shape::GuideFile) {
        let mut version = |text: &str| {
            text.parse().unwrap_or_else(|says| {
                self.faults.push(format!("specs/guide.toml: {says}"));
                Version(0, 0, 0)
            })
        };
        self.guide = Some(Guide {
            api_version: version(&file.api_version),
            versions: file
                .version
                .into_iter()
                .map(|v| VersionRow { api: version(&v.api), product: v.product })
                .collect(),
            changes: file
                .change
                .into_iter()
                .map(|c| Change {
                    api: version(&c.api),
                    product: c.product,
                    page: c.page,
                    says: c.says,
                    concerns: c.concerns,
                })
                .collect(),
            sections: file.section.into_iter().map(|s| Section { title: s.title, page: s.page }).collect(),
            title: file.title,
            edition: file.edition,
            product: file.product,
            digest: file.digest,
        });
    }
}
