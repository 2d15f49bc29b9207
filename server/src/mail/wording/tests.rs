use super::*;
use counterfoil_core::license::Mode;
use counterfoil_core::time::Timestamp;

fn letter(template: Template) -> Letter {
    sample(template, Mode::Live, Timestamp::from_unix(1_780_000_000))
}

fn own(part: Part, source: &str) -> WordingRow {
    let mut row = WordingRow::default();
    let place = match part {
        Part::Subject => &mut row.subject,
        Part::Text => &mut row.text,
        Part::Html => &mut row.html,
    };
    *place = Some(source.to_owned());
    row
}

#[test]
fn every_built_in_template_says_something_in_every_case() {
    for template in Template::ALL {
        let wording = Wording::built_in(template);
        assert_eq!(wording.check(), Ok(()), "{template:?}");
        let Rendered { subject, text, html } = wording.render(&letter(template)).unwrap();
        for part in [&subject, &text, &html] {
            assert!(!part.contains(">none") && !part.contains(" none"), "{template:?}: {part}");
        }
        assert!(text.starts_with("Hello Ann Example,\n\n"), "{text}");
        assert!(!text.contains("\n\n\n\n") && html.starts_with("<!doctype html>"), "{text}");
    }
}

#[test]
fn a_delivery_shows_key_number_and_date() {
    let shown = Wording::built_in(Template::LicenseDelivered);
    let shown = shown.render(&letter(Template::LicenseDelivered)).unwrap();
    assert_eq!(shown.subject, "Your license for Acme Forms Pro");
    for part in [&shown.text, &shown.html] {
        for fact in ["AFP-7K2P-9XQ4-LM83", "Acme Forms Pro", "Developer", "27 June 2026"] {
            assert!(part.contains(fact), "{fact}: {part}");
        }
    }
}

#[test]
fn what_is_inserted_is_escaped_in_html_and_in_nothing_else() {
    let mut letter = letter(Template::PortalLink);
    letter.name = counterfoil_core::text::Name::new("<b>Ann & Co</b>").ok();
    let shown = Wording::built_in(Template::PortalLink).render(&letter).unwrap();
    assert!(shown.html.contains("Hello &lt;b&gt;Ann &amp; Co&lt;&#x2f;b&gt;,"), "{}", shown.html);
    assert!(shown.text.contains("Hello <b>Ann & Co</b>,"));
}

#[test]
fn a_vendors_part_stands_for_the_built_in_one_and_may_extend_the_frame() {
    let html =
        "{% extends \"layout.html\" %}{% block body %}<p>Our {{ product }}</p>{% endblock %}";
    let row = own(Part::Html, html);
    let wording = Wording::of(Template::LicenseDelivered, &row);
    assert_eq!(wording.check(), Ok(()));
    let shown = wording.render(&letter(Template::LicenseDelivered)).unwrap();
    assert!(shown.html.contains("<p>Our Acme Forms Pro</p>"));
    assert_eq!(shown.subject, "Your license for Acme Forms Pro");
}

#[test]
fn a_mistake_is_told_with_its_line() {
    for (part, source, told) in [
        (Part::Text, "a\n{{ lisense }}", "names `lisense` in line 2"),
        (Part::Text, "a\n\n{{ license.kee }}", "in line 3, undefined value"),
        (Part::Subject, "{{ product", "cannot be rendered: in line 1"),
        (Part::Html, "{% if name %}", "in line 1"),
        (Part::Html, "{% include \"/etc/passwd\" %}", "in line 1"),
        (Part::Text, "{{ name|indent(9) }}", "in line 1"),
        (Part::Subject, "{% if test %}test{% endif %}", "comes to nothing"),
        (Part::Text, "{{ 'x' * 999999 }}", "256 KiB"),
        (
            Part::Text,
            "{% for a in [1] * 999 %}{% for b in [1] * 999 %}{% endfor %}{% endfor %}",
            "fuel",
        ),
    ] {
        let row = own(part, source);
        let problem = Wording::of(Template::LicenseDelivered, &row).check().unwrap_err();
        assert_eq!(problem.part, part);
        assert!(problem.to_string().contains(told), "{source}: {problem}");
    }
}
