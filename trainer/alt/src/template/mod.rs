//! Which bytes of a page are no HTML and no Markdown: what template engines, programs and the makers of sites read
//! before a browser does.
//!
//! Nobody says which engine a page is for, so that all are looked for at once: Jinja, Twig, Nunjucks, Django, Liquid,
//! Handlebars, Mustache, Go and Hugo, Blade, ERB, EJS, ASP, JSP, PHP, Razor, FreeMarker, and JSX expressions. Their
//! marks hardly ever stand in a page by accident, and a mark that is not closed is none. Where two engines would read
//! the same bytes differently, the longer reading counts: what lies in it is left to a person, never written into.

mod front;
mod mark;
mod php;
mod scan;

use std::ops::Range;

pub use front::{Front, front, language};

/// What bytes are for whoever reads them first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Nothing comes of them: comments, front matter.
    Comment,
    /// They are shown as they stand: a sample of code.
    Sample,
    /// They are reckoned, and text may take their place.
    Print,
    /// They are reckoned, and nothing takes their place.
    Silent,
}

/// Bytes that are not the page's own language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// Where.
    pub span: Range<usize>,
    /// What for.
    pub what: What,
}

/// The regions of a page, rising and apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mask {
    regions: Vec<Region>,
    shadow: bool,
}

impl Mask {
    /// Finds the regions of a page that begins with front matter of so many bytes. Where code of another kind lies,
    /// as in Markdown, no mark begins.
    #[must_use]
    pub fn new(bytes: &[u8], front: usize, code: &[Range<usize>]) -> Self {
        let mut regions = Self::front(front).regions;
        scan::scan(bytes, front, code, &mut regions);
        Self { regions, shadow: false }
    }

    /// Nothing but front matter of so many bytes.
    #[must_use]
    pub fn front(front: usize) -> Self {
        let matter = Region { span: 0..front, what: What::Comment };
        Self { regions: if front > 0 { vec![matter] } else { Vec::new() }, shadow: false }
    }

    /// The same, for what is left of a page when all in another language is taken out.
    #[must_use]
    pub fn of_shadow(mut self) -> Self {
        self.shadow = true;
        self
    }

    /// Whether the page is one of which only part is left.
    #[must_use]
    pub fn shadow(&self) -> bool {
        self.shadow
    }

    /// The regions.
    #[must_use]
    pub fn regions(&self) -> &[Region] {
        &self.regions
    }

    /// Adds a region; those that it touches become part of it.
    pub fn insert(&mut self, mut region: Region) {
        let touches =
            |other: &Region| other.span.start < region.span.end && region.span.start < other.span.end;
        let touched =
            self.regions.iter().filter(|other| touches(other)).fold(region.span.clone(), |all, other| {
                all.start.min(other.span.start)..all.end.max(other.span.end)
            });
        self.regions.retain(|other| !touches(other));
        region.span = touched;
        let at = self.regions.partition_point(|other| other.span.start < region.span.start);
        self.regions.insert(at, region);
    }

    /// Whether a template writes part of these bytes.
    #[must_use]
    pub fn touches(&self, span: &Range<usize>) -> bool {
        let first = self.regions.partition_point(|region| region.span.end <= span.start);
        self.regions.get(first).is_some_and(|region| region.span.start < span.end)
    }

    /// The page with nothing in its regions: letters where text may come, spaces elsewhere. Line ends stay, and so
    /// do all places.
    #[must_use]
    pub fn apply(&self, bytes: &[u8]) -> Vec<u8> {
        let mut masked = bytes.to_vec();
        for region in &self.regions {
            let letter = if region.what == What::Print { b'x' } else { b' ' };
            let inside = masked[region.span.clone()].iter_mut();
            inside.filter(|byte| !b"\r\n".contains(byte)).for_each(|byte| *byte = letter);
        }
        masked
    }

    /// Where code lies in which tags may be written as text.
    pub fn code(&self) -> impl Iterator<Item = &Range<usize>> {
        let reckoned = |region: &&Region| matches!(region.what, What::Print | What::Silent);
        self.regions.iter().filter(reckoned).map(|region| &region.span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The regions of a page: a letter for what each is, and its text.
    fn found(text: &str) -> Vec<String> {
        let letter = |what: What| match what {
            What::Comment => 'c',
            What::Sample => 's',
            What::Print => 'p',
            What::Silent => '_',
        };
        let mask = Mask::new(text.as_bytes(), 0, &[]);
        let worded = |region: &Region| format!("{} {}", letter(region.what), &text[region.span.clone()]);
        mask.regions().iter().map(worded).collect()
    }

    #[test]
    fn marks_of_each_engine_are_known() {
        for (text, expected) in [
            // Jinja, Twig, Nunjucks, Liquid, Django
            ("a{{ b }}c", &["p {{ b }}"][..]),
            ("a{%- b -%}c", &["_ {%- b -%}"]),
            ("a{#b#}c{# d", &["c {#b#}"]),
            ("{{ \"}}\" }}<i>", &["p {{ \"}}\" }}"]),
            ("{{ it's }}<i>\n'}}", &["p {{ it's }}"]),
            ("{% set a = \"%}\" %}<i>", &["_ {% set a = \"%}\" %}"]),
            ("{% comment %}<i>{% endcomment %}<b>", &["c {% comment %}<i>{% endcomment %}"]),
            ("{%- comment 'x' -%}<i>{%- endcomment -%}<b>", &["c {%- comment 'x' -%}<i>{%- endcomment -%}"]),
            (
                "{% comment %}{% comment %}{% endcomment %}x{% endcomment %}<b>",
                &["c {% comment %}{% comment %}{% endcomment %}x{% endcomment %}"],
            ),
            ("{% comment %}<i>", &["_ {% comment %}"]),
            (
                "{% raw %}{{ a }}{# b #}{% endraw %}{#c#}",
                &["_ {% raw %}", "p {{ a }}", "_ {% endraw %}", "c {#c#}"],
            ),
            ("{% verbatim %}{# b #}{% endverbatim %}", &["_ {% verbatim %}", "_ {% endverbatim %}"]),
            ("{% highlight a %}<i>{% endhighlight %}b", &["s {% highlight a %}<i>{% endhighlight %}"]),
            ("{% # <i> %}", &["c {% # <i> %}"]),
            // Handlebars, Mustache
            ("{{! a }}b", &["c {{! a }}"]),
            ("{{!-- a }} b --}}c", &["c {{!-- a }} b --}}"]),
            ("{{~!-- a }} b --~}}c", &["c {{~!-- a }} b --~}}"]),
            ("{{{ a }}}b", &["p {{{ a }}}"]),
            ("{{#if a}}b{{else}}c{{/if}}", &["_ {{#if a}}", "_ {{else}}", "_ {{/if}}"]),
            // Go, Hugo
            ("{{- /* <i> */ -}}b", &["c {{- /* <i> */ -}}"]),
            ("{{ $a := `<i>}}` }}b", &["p {{ $a := `<i>}}` }}"]),
            ("{{ if a }}b{{ end }}", &["_ {{ if a }}", "_ {{ end }}"]),
            ("{{< highlight go >}}<i>{{< /highlight >}}b", &["s {{< highlight go >}}<i>{{< /highlight >}}"]),
            ("{{</* highlight */>}}<i>", &["p {{</* highlight */>}}"]),
            // Blade
            ("{{-- <i> --}}b", &["c {{-- <i> --}}"]),
            ("{!! a !!}b", &["p {!! a !!}"]),
            ("@php <i> @endphp b", &["_ @php <i> @endphp"]),
            // ERB, EJS, ASP, JSP
            ("<% a %>b<%= c %>", &["_ <% a %>", "p <%= c %>"]),
            ("<%# <i> %>b<%-- %> --%>c", &["c <%# <i> %>", "c <%-- %> --%>"]),
            ("<%% a %>", &[]),
            // PHP
            ("<?php echo '?>' ?>b<?= $a ?>", &["_ <?php echo '?>' ?>", "p <?= $a ?>"]),
            ("<?php // ' ?> <i>", &["_ <?php // ' ?>"]),
            ("<?php /* ?> */ <i>", &["_ <?php /* ?> */ <i>"]),
            ("<?php <<<A\n'?>\nA; ?>b", &["_ <?php <<<A\n'?>\nA; ?>"]),
            ("<?xml version='1.0'?><?import a><i>", &[]),
            // Razor
            ("@* <i> *@b", &["c @* <i> *@"]),
            ("@Html.Raw(\"<i>)\")b", &["p @Html.Raw(\"<i>)\")"]),
            ("@{ var a = \"<i>}\"; }b", &["_ @{ var a = \"<i>}\"; }"]),
            ("a@b.com(c) @media (x) @if (a) { <i> }", &[]),
            // FreeMarker, JSX
            ("<#-- <i> -->b", &["c <#-- <i> -->"]),
            ("${ \"}\" }b", &["p ${ \"}\" }"]),
            ("{/* <i> */}b", &["c {/* <i> */}"]),
            ("{\"<i>\"}b{ 'c' }{a}", &["p {\"<i>\"}"]),
            // What is a style's or a program's stays in it; what stands in code is a text about marks.
            ("<style>@media print{#a{b:c}}</style>#}", &[]),
            (
                "<code>{% comment %}</code><i><code>{% endcomment %}</code>",
                &["_ {% comment %}", "_ {% endcomment %}"],
            ),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }

    #[test]
    fn places_and_line_ends_stay() {
        let text = "a {{ b\r\n}} <p {% if c %}>";
        let mask = Mask::new(text.as_bytes(), 0, &[]);
        let masked = String::from_utf8(mask.apply(text.as_bytes())).unwrap();
        assert_eq!(masked, "a xxxx\r\nxx <p           >");
        assert!(mask.touches(&(13..27)) && !mask.touches(&(11..14)));
    }

    proptest::proptest! {
        #[test]
        fn regions_rise_and_lie_apart(text in "(\\{\\{|\\}\\}|\\{%|%\\}|\\{#|#\\}|<%|%>|<\\?php|\\?>|@\\*|\\*@|\\$\\{|\\}|'|\"|`| raw | comment |end|<script>|</script>|\n|a|é){0,30}") {
            let mask = Mask::new(text.as_bytes(), 0, &[]);
            let mut end = 0;
            for region in mask.regions() {
                proptest::prop_assert!(region.span.start >= end && region.span.end > region.span.start);
                proptest::prop_assert!(text.get(region.span.clone()).is_some());
                end = region.span.end;
            }
        }
    }
}
