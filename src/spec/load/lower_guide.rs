//! From the file of the guide itself, as typed, to what it means.
//!
//! In: `specs/guide.toml`. Out: the guide. Faults are gathered.

use super::{
    reader::{Place, Reader},
    shape_others::GuideFile,
    text::did_you_mean,
};
use crate::{
    model::id::EndpointId,
    spec::guide::{Change, Guide, Section, Version, VersionRow},
};

impl Reader {
    pub(super) fn guide(&mut self, file: GuideFile, place: Place<'_>) {
        for change in &file.change {
            for id in &change.concerns {
                self.concerned.push((place.site(id), id.to_string()));
            }
        }
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
                    concerns: c.concerns.iter().map(|id| id.to_string()).collect(),
                })
                .collect(),
            sections: file.section.into_iter().map(|s| Section { title: s.title, page: s.page }).collect(),
            title: file.title,
            edition: file.edition,
            product: file.product,
            digest: file.digest,
        });
    }

    /// What changes concern is there.
    pub(super) fn lint_guide(&mut self) {
        for (site, id) in std::mem::take(&mut self.concerned) {
            let below = format!("{id}/");
            if !self.endpoints.keys().any(|known| *known == id || known.starts_with(&below)) {
                let near = did_you_mean(&id, self.endpoints.keys().map(EndpointId::as_str));
                self.fault_at(&site, &format!("a change concerns `{id}`, which is no endpoint{near}"));
            }
        }
    }
}
