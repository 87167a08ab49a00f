//! What counts as a token: the conventions of the Penn Treebank (Marcus et al. 1993) as CoreNLP
//! 3.4.1 widened them for text of our days. Order decides only between rules that reach equally
//! far; what people type most stands first. Bytes from 0x80 are kinds of characters: see `kinds`.

use super::abbreviations::{
    BEFORE_NUMBERS, CAPITALISED, CLOSERS, FILE_ENDINGS, LEADERS, OPENERS, any, capitalised,
};
use super::lexer::Action::{Keep, Name, Replace, Skip, Without};
use super::lexer::{Action, Rule};

const LETTER: &str = r"[A-Za-z\xc0]";
/// Sits on or between letters; the soft hyphen is one.
const MARK: &str = r"[\xc1\xad]";
/// A letter as SGML writes it.
const ENTITY: &str = "(?i:&[aeiou](?:acute|grave|uml);)";
const DIGIT: &str = r"[0-9\xc2]";
const SPACE: &str = r"[ \t\xa0\xa1]";
const BREAK: &str = r"[ \t\xa0\xa1\n]";
const APOSTROPHE: &str = r"(?:['\x92]|(?i:&apos;))";
/// An apostrophe, or what people type for it inside a word.
const INNER: &str = r"(?:['`\x91\x92]|(?i:&apos;))";
const HYPHEN: &str = r"[-_\x8a]";
/// Marks inside a sentence: a full stop before them belongs to its word.
const CLAUSE: &str = r"[,;:\xb0]";
const AMPERSAND: &str = "(?:&|(?i:&amp;))";

type Pairs = &'static [(&'static str, &'static str)];
const NO_BREAK: Pairs = &[(" ", "\u{a0}")];
const NO_SOFT_HYPHEN: Pairs = &[("\u{ad}", "")];
const AMPERSANDS: Pairs = &[("&amp;", "&")];
const PARENTHESES: Pairs = &[("(", "-LRB-"), (")", "-RRB-")];
const TELEPHONE: Pairs = &[(" ", "\u{a0}"), ("(", "-LRB-"), (")", "-RRB-")];
const OPENING: Pairs = &[("&quot;", "``"), ("\"", "``"), ("'", "`")];
const CLOSING: Pairs = &[
    ("&quot;", "''"),
    ("\"", "''"),
    ("&apos;", "'"),
    ("\u{91}", "`"),
    ("‘", "`"),
    ("‛", "`"),
    ("‹", "`"),
    ("\u{92}", "'"),
    ("’", "'"),
    ("›", "'"),
    ("\u{93}", "``"),
    ("“", "``"),
    ("«", "``"),
    ("\u{94}", "''"),
    ("”", "''"),
    ("»", "''"),
];
const FRACTIONS: Pairs = &[("¼", "1/4"), ("½", "1/2"), ("¾", "3/4"), ("⅓", "1/3"), ("⅔", "2/3")];
/// The Treebank knew cents, and pounds as `#`; every other amount of money became dollars.
const CURRENCIES: Pairs = &[("¢", "cents"), ("£", "#"), ("¤", "$"), ("\u{80}", "$"), ("₠", "$"), ("€", "$")];

fn rule(token: impl Into<String>, action: Action) -> Rule {
    Rule { token: token.into(), ahead: None, action }
}

/// A token that counts only before something, which is read again.
fn before(token: impl Into<String>, ahead: impl Into<String>, action: Action) -> Rule {
    Rule { token: token.into(), ahead: Some(ahead.into()), action }
}

/// All rules.
pub fn rules() -> Vec<Rule> {
    [words(), stops(), names(), numbers(), compounds(), marks()].concat()
}

/// A run of letters and digits that begins with a letter; `dog.The` and `what?No` are one word.
fn word() -> String {
    let letter = format!("(?:{LETTER}|{MARK}|{ENTITY})");
    let run = format!("{letter}(?:{letter}|{DIGIT})*");
    format!("{run}(?:[.!?]{run})*")
}

/// Words, and the clitics that part from them: `dog|'s`, `did|n't`, `can|not`, `gon|na`, `'t|is`.
fn words() -> Vec<Rule> {
    let word = word();
    let clitic = format!("{APOSTROPHE}(?i:[msd]|re|ve|ll)");
    let not = format!("(?i:n){INNER}(?i:t)");
    let whole = [
        format!("{APOSTROPHE}(?i:n){APOSTROPHE}?"),
        format!("{APOSTROPHE}(?i:em|[2-9]0s|till?|cause)"),
        format!("(?:[lLdDjJ]|(?i:dunkin|somethin|ol)){APOSTROPHE}"),
        format!("[A-HJ-XZn]{INNER}{LETTER}{{2}}{LETTER}*"),
        format!("{LETTER}+[aeiouyAEIOUY]{INNER}[aeiouA-Z]{LETTER}*"),
        format!("(?i:o){INNER}(?i:o)"),
        r"(?i:cont'd\.?|nor'easter|c'mon|e'er|s'mores|ev'ry|li'l|nat'l)".to_owned(),
    ];
    vec![
        rule("(?i:cannot|'twas)", Without(3)),
        rule("(?i:gonna|gotta|lemme|gimme|wanna|'tis)", Without(2)),
        before(&word, &clitic, Replace(NO_SOFT_HYPHEN)),
        before(r"[A-Za-z\xad]*[A-MO-Za-mo-z]\xad*", &not, Replace(NO_SOFT_HYPHEN)),
        rule(&word, Replace(NO_SOFT_HYPHEN)),
        rule(whole.join("|"), Keep),
        before(format!("(?i:y){APOSTROPHE}"), LETTER, Keep),
        before(&clitic, "[^A-Za-z]", Replace(CLOSING)),
        before(&not, "[^A-Za-z]", Replace(CLOSING)),
        // Before a letter a quotation mark is likelier, and reaches as far: see `marks`.
        before("'", r"[A-Za-z][^ \t\n\xa0]", Replace(OPENING)),
        rule(clitic, Replace(CLOSING)),
        rule(not, Replace(CLOSING)),
    ]
}

/// Words that keep their full stop, or lose it where a sentence ends.
fn stops() -> Vec<Rule> {
    let acronym = acronym();
    let closer = format!("(?:{}|{})", any(CLOSERS), capitalised(CAPITALISED));
    let leader = any(LEADERS);
    let opener = capitalised(OPENERS);
    vec![
        before("[A-Za-z]", format!(r"\.{SPACE}*(?:\n|{SPACE}{opener}(?:{SPACE}|[\n?!]))"), Keep),
        before(format!(r"{}\.", any(BEFORE_NUMBERS)), format!("{BREAK}?{DIGIT}"), Keep),
        // Two characters more, so that `etc.a` does not win as one word.
        before(format!(r"{closer}\."), "[^\n]{2}", Keep),
        rule(format!(r"(?:{closer}|{leader}|[A-Za-z]|{acronym})\."), Keep),
        before(acronym, BREAK, Keep),
        before(format!(r"{}\.", word()), CLAUSE, Replace(NO_SOFT_HYPHEN)),
    ]
}

/// `U.S`, `a.k.a`; a full stop may follow.
fn acronym() -> &'static str {
    r"(?:[A-Za-z](?:\.[A-Za-z])+|(?i:(?:Canada|Sino|Korean|EU|Japan|non)-U\.S|U\.S\.-U\.(?:K|S\.S\.R)))"
}

/// Things with a spelling of their own: addresses, tags, file names, languages, faces.
fn names() -> Vec<Rule> {
    let name = "[A-Za-z][A-Za-z0-9_:.-]*";
    let value = format!("(?:'[^'\n]*'|\"[^\"\n]*\"|{name})");
    let tag = format!("<(?:[!?][A-Za-z-][^>\n]*|{name}(?: +{name}(?: *= *{value})?)* */?|/{name}) *>");
    let file = format!(r"[A-Za-z0-9]+(?:\.[A-Za-z0-9]+)*\.{}", any(FILE_ENDINGS));
    let site = r#"(?:(?i:www)\.(?:[^ \t\n"<>|.!?(){},]+\.)+[a-zA-Z]{2,4}|(?:[^ \t\n"`'<>|.!?(){},-_$]+\.)+(?i:com|net|org|edu))"#;
    let path = r#"/[^ \t\n"<>|()]+[^ \t\n"<>|.!?(){},-]"#;
    let part = r#"[^ \t\n"<>|(){}\xa0]"#;
    let host = r#"[^ \t\n"<>|(){}.\xa0]+"#;
    let faces = [
        r"[\^x=~<>]\.\[\^x=~<>]",
        r"[-\^x=~<>']_[-\^x=~<>']",
        r"\([-\^x=~<>'][_.]?[-\^x=~<>']\)",
        r"\([\^x=~<>']-[\^x=~<>'`]\)",
    ];
    vec![
        rule(r"[cC]\+\+|[cCfF]#", Keep),
        rule(tag, Replace(NO_BREAK)),
        rule(r#"(?i:https?)://[^ \t\n"<>|()]+[^ \t\n"<>|.!?(){},-]"#, Keep),
        rule(format!("{site}(?:{path})?"), Keep),
        rule(format!("(?:&lt;|<)?[a-zA-Z0-9]{part}*@(?:{host}\\.)*{host}(?:&gt;|>)?"), Keep),
        rule(format!("@[a-zA-Z_][a-zA-Z_0-9]*|#(?:{LETTER}|{MARK})+"), Keep),
        before(file, format!("{SPACE}|[\n.?!,]"), Keep),
        before(r"[<>]?[:;=][-o*']?[()DPdpO\\{@|\[\]]", "[^A-Za-z0-9]", Replace(PARENTHESES)),
        rule(faces.join("|"), Replace(PARENTHESES)),
    ]
}

/// Numbers, dates, fractions, telephone numbers and money.
fn numbers() -> Vec<Rule> {
    let slash = r"(?:\\?/|\xb2)";
    let fraction = format!(r"(?:{DIGIT}{{1,4}}[- \xa0])?{DIGIT}{{1,4}}{slash}{DIGIT}{{1,4}}");
    let number = format!(r"[-+]?(?:{DIGIT}+|{DIGIT}*(?:[.:,\xad\xb1]{DIGIT}+)+)");
    let area = r"(?:\([0-9]{2,3}\)[ \xa0]?|\+{0,2}(?:[0-9]{2,4}[- \xa0])?[0-9]{2,4}[- \xa0])";
    let dotted = r"\+{0,2}(?:[0-9]{2,4}\.){1,2}[0-9]{3,4}\.[0-9]{3,5}";
    let raised = r"\xb3?(?:\xb4+|\xb5+)";
    vec![
        rule(format!("{DIGIT}{{1,2}}[-/]{DIGIT}{{1,2}}[-/]{DIGIT}{{2,4}}"), Keep),
        rule(number, Replace(NO_SOFT_HYPHEN)),
        rule(raised, Keep),
        rule(fraction, Replace(NO_BREAK)),
        rule(r"\xb6", Replace(FRACTIONS)),
        rule(format!(r"{area}[0-9]{{3,4}}[- \xa0]?[0-9]{{3,5}}|{dotted}"), Replace(TELEPHONE)),
        // The decade, or the year, as in '09.
        before(format!("{APOSTROPHE}[0-9][0-9]"), BREAK, Keep),
        rule(r"[A-Z]*\$|#", Keep),
        rule(r"\x80", Replace(CURRENCIES)),
    ]
}

/// Words held together by hyphens, slashes, ampersands and plus signs, or begun by a number.
fn compounds() -> Vec<Rule> {
    let plain = format!("(?:{LETTER}|{DIGIT})");
    let elided = format!("(?:[dDoOlL]{INNER}{plain})?{plain}+");
    let hyphened = format!("{elided}(?:{HYPHEN}{elided})*");
    let dotted = format!(r"[A-Za-z0-9][A-Za-z0-9.,\xad]*(?:-(?:[A-Za-z0-9\xad]+|{}\.))+", acronym());
    let slashed = r"[A-Za-z0-9]+(?:-[A-Za-z]+){0,2}(?:\\?/[A-Za-z0-9]+(?:-[A-Za-z]+){0,2}){1,2}";
    let joined = format!(r"[A-Z]+(?:(?:\+|{AMPERSAND})[A-Z]+)+");
    let fixed = format!(
        r"(?i:-[RL][RCS]B-|C\.D\.s|pro-|anti-|s{AMPERSAND}(?:P-500|Ls)|cap{APOSTROPHE}n|c{APOSTROPHE}est)"
    );
    let with_stop = |token: &str, action| before(format!(r"(?:{token})\."), CLAUSE, action);
    vec![
        rule(fixed, Replace(AMPERSANDS)),
        rule(slashed, Keep),
        with_stop(&dotted, Replace(NO_SOFT_HYPHEN)),
        rule(dotted, Replace(NO_SOFT_HYPHEN)),
        with_stop(&hyphened, Keep),
        rule(hyphened, Keep),
        with_stop(&joined, Replace(AMPERSANDS)),
        rule(joined, Replace(AMPERSANDS)),
    ]
}

/// Everything else: quotes, brackets, dashes, dots, symbols and space.
fn marks() -> Vec<Rule> {
    let quotes = format!(r"{APOSTROPHE}|''|[`\x91-\x93]{{1,2}}");
    vec![
        rule(r"(?i:&[mn]dash;|&MD;)|\x96", Name("--")),
        rule("(?i:&amp;)", Name("&")),
        rule("(?i:&(?:HT|TL|UR|LR|QC|QL|QR|[oc]dq|#[0-9]+);)", Keep),
        before("\"|(?i:&quot;)", "[A-Za-z0-9$]", Replace(OPENING)),
        rule("\"|(?i:&quot;)", Replace(CLOSING)),
        rule("<<|>>", Keep),
        rule("<|(?i:&lt;)", Name("<")),
        rule(">|(?i:&gt;)", Name(">")),
        rule(r"\(", Name("-LRB-")),
        rule(r"\)", Name("-RRB-")),
        rule(r"\[", Name("-LSB-")),
        rule(r"\]", Name("-RSB-")),
        rule(r"\{", Name("-LCB-")),
        rule(r"\}", Name("-RCB-")),
        rule("-{3,4}", Name("--")),
        rule("-+", Keep),
        rule(r"\.{3,5}|(?:\.[ \xa0]){2,4}\.|\x85", Name("...")),
        rule(r"@+|#+|_+|\*+|(?:\\\*){1,3}|[?!]+|[=/]", Keep),
        rule(CLAUSE, Keep),
        rule(r"[.\xb8]", Keep),
        rule(quotes, Replace(CLOSING)),
        rule(r"[+%&~^|\\\xb2\xb3\xc3]", Keep),
        rule(format!(r"[\x00\x7f\n\xa2]|{SPACE}+|(?i:&nbsp;)"), Skip),
    ]
}
