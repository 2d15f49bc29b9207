//! What can be said about a typed key without asking anybody.

use serde::Serialize;

use crate::prelude::*;

use super::check::{self, GROUP, GROUPS};
use super::format::KeyFormat;
use super::pattern::{Element, Pattern};
use super::{KEY_CHARS_MAX, LicenseKey};

/// What the form of a typed key says: `{"ok": true, "normalized": "AFP-…", "format":
/// "counterfoil", "problem": null}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Inspection {
    /// No mistake was found. Not that the license is good: only the server or a lease says that.
    pub ok: bool,
    /// The key to send: trimmed, and in its own spelling where the format is known.
    pub normalized: String,
    /// The format it was read as: `counterfoil`, `hex-4x8`, the given pattern; null for a form
    /// that carries no check symbols.
    pub format: Option<String>,
    /// The first mistake.
    pub problem: Option<InspectionProblem>,
}

/// A mistake in a typed key, and where it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct InspectionProblem {
    /// What kind of mistake.
    pub code: InspectionProblemCode,
    /// The group it is in: of a `counterfoil` key 0 is the prefix and 1 the first group after it,
    /// of every other format 1 is the first. Null when it concerns the whole key.
    pub group: Option<u32>,
    /// A sentence for the person who types.
    pub message: String,
}

/// Kinds of mistakes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum InspectionProblemCode {
    /// Nothing was typed.
    Empty,
    /// Characters are missing.
    Incomplete,
    /// There are too many characters.
    TooLong,
    /// A character cannot stand there.
    InvalidCharacter,
    /// The check symbol of the group does not match.
    WrongCheckSymbol,
}

use InspectionProblemCode::{Empty, Incomplete, InvalidCharacter, TooLong, WrongCheckSymbol};

/// Looks at a key as it is typed. With `format`, it has to be of that format; without, a key of
/// unknown form is taken as it is.
pub fn inspect(text: &str, format: Option<&KeyFormat>) -> Inspection {
    let text = text.trim();
    if text.is_empty() {
        let format = format.map(KeyFormat::as_str);
        return wrong(text, format, problem(Empty, None, "Enter your license key.".to_owned()));
    }
    match format {
        Some(KeyFormat::Counterfoil) => inspect_checked(text),
        Some(KeyFormat::Hex4x8) => inspect_hex(text),
        Some(KeyFormat::Pattern(pattern)) => inspect_pattern(text, pattern),
        None if looks_checked(text) => inspect_checked(text),
        None if is_hex_4x8(text) => Inspection {
            // Imported keys may be written in lower case, and the server compares exactly.
            normalized: text.to_owned(),
            ..inspect_hex(text)
        },
        None => inspect_foreign(text),
    }
}

fn right(normalized: String, format: Option<&str>) -> Inspection {
    let format = format.map(str::to_owned);
    Inspection { ok: true, normalized, format, problem: None }
}

fn wrong(text: &str, format: Option<&str>, problem: InspectionProblem) -> Inspection {
    Inspection { ok: false, problem: Some(problem), ..right(text.to_owned(), format) }
}

fn problem(
    code: InspectionProblemCode,
    group: Option<usize>,
    message: String,
) -> InspectionProblem {
    InspectionProblem { code, group: group.and_then(|group| u32::try_from(group).ok()), message }
}

/// A sentence that names a group.
fn in_group(before: &str, group: usize, after: &str) -> String {
    [before, &group.to_string(), after].concat()
}

fn inspect_foreign(text: &str) -> Inspection {
    if LicenseKey::new(text).is_ok() {
        return right(text.to_owned(), None);
    }
    let mistake = if text.len() > KEY_CHARS_MAX && text.is_ascii() {
        problem(TooLong, None, "No license key is longer than 255 characters.".to_owned())
    } else {
        let message = "License keys hold only plain letters, digits and signs.".to_owned();
        problem(InvalidCharacter, None, message)
    };
    wrong(text, None, mistake)
}

/// People and word processors write all sorts of things between groups.
fn is_separator(character: char) -> bool {
    character.is_whitespace()
        || matches!(character, '-' | '_' | '.' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// The prefix and the groups of a typed `counterfoil` key.
struct Typed {
    prefix: Vec<char>,
    groups: Vec<Vec<char>>,
}

impl Typed {
    fn split(text: &str) -> Self {
        let parts = text.split(is_separator).filter(|part| !part.is_empty());
        let mut groups: Vec<Vec<char>> = parts.map(|part| part.chars().collect()).collect();
        if groups.len() > 1 {
            return Self { prefix: groups.remove(0), groups };
        }
        // Typed without hyphens: what is more than the groups hold is the prefix.
        let whole = groups.pop().unwrap_or_default();
        let prefix_length = whole.len().saturating_sub(GROUPS.saturating_mul(GROUP));
        let (prefix, rest) = whole.split_at(prefix_length);
        let groups = rest.chunks(GROUP).map(<[char]>::to_vec).collect();
        Self { prefix: prefix.to_vec(), groups }
    }
}

/// Whether an unknown key has the shape of a `counterfoil` key so far: two to four letters, then
/// groups of six of which only the last may be unfinished, or all five with one miscounted.
fn looks_checked(text: &str) -> bool {
    let typed = Typed::split(text);
    let lengths: Vec<usize> = typed.groups.iter().map(Vec::len).collect();
    let Some((last, before)) = lengths.split_last() else {
        return false;
    };
    let prefix_length = typed.prefix.len();
    let in_progress =
        lengths.len() <= GROUPS && *last <= GROUP && before.iter().all(|n| *n == GROUP);
    let total: usize = lengths.iter().sum();
    let miscounted = lengths.len() == GROUPS && (29..=31).contains(&total);
    // A hyphen typed a place too early or too late lengthens or shortens the prefix, too.
    ((2..=4).contains(&prefix_length) && in_progress)
        || ((1..=5).contains(&prefix_length) && miscounted)
}

fn inspect_checked(text: &str) -> Inspection {
    let typed = Typed::split(text);
    let format = Some(KeyFormat::Counterfoil.as_str());
    if let Some(mistake) = find_mistake(&typed) {
        return wrong(text, format, mistake);
    }
    let write = |typed: &char| check::read(*typed).map(check::write);
    let mut normalized: String = typed.prefix.iter().filter_map(write).collect();
    for group in &typed.groups {
        normalized.push('-');
        normalized.extend(group.iter().filter_map(write));
    }
    right(normalized, format)
}

fn read_symbols(typed: &[char]) -> Option<Vec<check::Symbol>> {
    let mut symbols = Vec::new();
    for character in typed {
        symbols.push(check::read(*character)?);
    }
    Some(symbols)
}

fn find_mistake(typed: &Typed) -> Option<InspectionProblem> {
    let Some(prefix) = read_symbols(&typed.prefix) else {
        return Some(invalid_character(0));
    };
    let mut groups = Vec::new();
    for (place, group) in typed.groups.iter().enumerate() {
        match read_symbols(group) {
            Some(symbols) => groups.push(symbols),
            None => return Some(invalid_character(place.saturating_add(1))),
        }
    }
    // A finished group that is wrong is worth more than the news that others are still missing.
    wrong_check_symbol(&prefix, &groups).or_else(|| wrong_length(&groups))
}

fn wrong_check_symbol(prefix: &[u8], groups: &[Vec<u8>]) -> Option<InspectionProblem> {
    let sums: Vec<Option<u8>> = groups
        .iter()
        .enumerate()
        .map(|(place, symbols)| {
            let whole = symbols.len() == GROUP;
            whole.then(|| check::syndrome(prefix, place.saturating_add(1), symbols))
        })
        .collect();
    let off = || sums.iter().flatten().filter(|sum| **sum != 0);
    if off().any(|sum| off().filter(|other| *other == sum).nth(2).is_some()) {
        let message = "The letters before the first hyphen do not belong to this key.".to_owned();
        return Some(problem(WrongCheckSymbol, Some(0), message));
    }
    let place = sums.iter().position(|sum| sum.is_some_and(|sum| sum != 0))?;
    let group = place.saturating_add(1);
    let message =
        in_group("There is a typing error in group ", group, ": compare it with your key.");
    Some(problem(WrongCheckSymbol, Some(group), message))
}

fn wrong_length(groups: &[Vec<u8>]) -> Option<InspectionProblem> {
    if let Some(place) = groups.iter().position(|symbols| symbols.len() > GROUP) {
        let group = place.saturating_add(1);
        let message = in_group("Group ", group, " has more than six characters.");
        return Some(problem(TooLong, Some(group), message));
    }
    if groups.len() > GROUPS {
        let message = "The key has more than five groups after its first letters.".to_owned();
        return Some(problem(TooLong, Some(GROUPS.saturating_add(1)), message));
    }
    let short = groups.iter().position(|symbols| symbols.len() < GROUP);
    let place = short.or((groups.len() < GROUPS).then_some(groups.len()))?;
    let present: usize = groups.iter().map(Vec::len).sum();
    let missing = GROUPS.saturating_mul(GROUP).saturating_sub(present);
    Some(incomplete(place.saturating_add(1), missing))
}

fn incomplete(group: usize, missing: usize) -> InspectionProblem {
    let before = match missing {
        1 => "One character is missing in group ".to_owned(),
        _ => [&missing.to_string(), " characters are missing, beginning in group "].concat(),
    };
    let message = in_group(&before, group, ".");
    problem(Incomplete, Some(group), message)
}

fn invalid_character(group: usize) -> InspectionProblem {
    let message = match group {
        0 => "The letters before the first hyphen hold a character that no key has.".to_owned(),
        _ => in_group("Group ", group, " holds a character that no key has."),
    };
    problem(InvalidCharacter, Some(group), message)
}

fn is_hex_4x8(text: &str) -> bool {
    text.len() == 35
        && text.bytes().enumerate().all(|(place, byte)| match place {
            8 | 17 | 26 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

fn inspect_hex(text: &str) -> Inspection {
    let format = Some(KeyFormat::Hex4x8.as_str());
    let mut normalized = String::new();
    let mut count = 0_usize;
    for character in text.chars().filter(|character| !is_separator(*character)) {
        let group = (count / 8).saturating_add(1);
        if !character.is_ascii_hexdigit() {
            return wrong(text, format, invalid_character(group));
        }
        if group > 1 && count.is_multiple_of(8) {
            normalized.push('-');
        }
        normalized.push(character.to_ascii_uppercase());
        count = count.saturating_add(1);
    }
    match count {
        32 => right(normalized, format),
        0..32 => {
            let missing = 32_usize.saturating_sub(count);
            wrong(text, format, incomplete((count / 8).saturating_add(1), missing))
        }
        _ => {
            let message = "The key has more than 32 characters.".to_owned();
            wrong(text, format, problem(TooLong, Some(4), message))
        }
    }
}

fn inspect_pattern(text: &str, pattern: &Pattern) -> Inspection {
    let format = Some(pattern.as_str());
    let mut normalized = String::new();
    let mut group = 1_usize;
    let mut typed = text.chars();
    let mut elements = pattern.elements().iter();
    for element in elements.by_ref() {
        let Some(character) = typed.next() else {
            let missing = elements.len().saturating_add(1);
            return wrong(text, format, incomplete(group, missing));
        };
        match element.read(character) {
            Some(meant) => normalized.push(meant),
            None => return wrong(text, format, invalid_character(group)),
        }
        if *element == Element::Literal('-') {
            group = group.saturating_add(1);
        }
    }
    if typed.next().is_some() {
        let message = "The key has too many characters.".to_owned();
        return wrong(text, format, problem(TooLong, Some(group), message));
    }
    right(normalized, format)
}

#[cfg(test)]
#[expect(clippy::string_slice, reason = "the texts are ASCII, and a test may panic")]
mod tests;
