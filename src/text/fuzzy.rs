/// How well `wanted` fits into `text`: its characters in order, with others between them. Higher
/// is better, `None` when it does not fit. Both in lower case.
///
/// Characters that stand together or begin a word count more, and early ones a little more.
#[must_use]
pub fn fit(wanted: &str, text: &str) -> Option<i32> {
    let mut score = 0;
    let mut wanted = wanted.chars().filter(|c| !c.is_whitespace()).peekable();
    let (mut before, mut together) = (' ', false);
    for (at, c) in text.chars().enumerate() {
        let Some(next) = wanted.peek() else { break };
        if c == *next {
            wanted.next();
            let begins = !before.is_alphanumeric();
            score += 1 + if together { 6 } else { 0 } + if begins { 8 } else { 0 };
            score -= i32::try_from(at / 16).unwrap_or(i32::MAX).min(4);
            together = true;
        } else {
            together = false;
        }
        before = c;
    }
    wanted.peek().is_none().then_some(score)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_and_neighbours_come_first() {
        let of = |text| fit("unl", text);
        assert!(of("next annotation without a link").is_none());
        assert!(of("undo").is_none());
        assert!(of("unlinked") > of("sun valley"));
        assert!(fit("na", "next annotation") > fit("na", "finance"));
        assert_eq!(fit("", "e\u{301}😃"), Some(0));
        assert!(fit("سل", "السلام 中").is_some());
    }
}
