use super::{Id, Link, Project, Target};

/// Why a link makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Objection {
    /// It begins at an annotation that is not in its article, or leads to one.
    NoSuchAnnotation,
    /// It leads to an actor that is not in the registry.
    NoSuchActor,
    /// It leads to a topic that is not in the codebook.
    NoSuchTopic,
    /// It leads to where it begins: a quote that is its own source.
    ToItself,
    /// By it something would condition itself.
    Circle,
}

impl Project {
    /// What speaks against a link, here or about to come here; `None` when it makes sense.
    #[must_use]
    pub fn objection(&self, link: &Link) -> Option<Objection> {
        let is_here = |id: &Id| self.annotation(id).is_some_and(|it| it.article == link.article);
        if !is_here(&link.from) {
            return Some(Objection::NoSuchAnnotation);
        }
        match &link.to {
            Target::Annotation(to) if *to == link.from => Some(Objection::ToItself),
            Target::Annotation(to) if !is_here(to) => Some(Objection::NoSuchAnnotation),
            Target::Annotation(to) if *link.kind == *Link::CONDITIONS => {
                self.leads(to, &link.from, &link.article).then_some(Objection::Circle)
            }
            Target::Annotation(_) => None,
            Target::Actor(to) => self.actor(to).is_none().then_some(Objection::NoSuchActor),
            Target::Topic(to) => self.entry(to).is_none().then_some(Objection::NoSuchTopic),
        }
    }

    /// Whether `from` conditions `to`, itself or by way of others.
    fn leads(&self, from: &Id, to: &Id, article: &Id) -> bool {
        let (mut seen, mut next) = (vec![from], 0);
        while let Some(here) = seen.get(next).copied() {
            if here == to {
                return true;
            }
            next += 1;
            for link in self.links_of(article) {
                if let Target::Annotation(on) = &link.to
                    && *link.kind == *Link::CONDITIONS
                    && link.from == *here
                    && !seen.contains(&on)
                {
                    seen.push(on);
                }
            }
        }
        false
    }
}
