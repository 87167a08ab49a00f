//! Words that keep their full stop, and words that begin a sentence after one. SearchResult by asking the
//! Java program about every word of up to four letters and some longer ones, in both cases.

/// Kept in any case; a sentence may end with them.
pub const CLOSERS: &[&str] = &[
    // Months and days.
    "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "mon", "tue", "tues",
    "wed", "thu", "thurs", "fri", // American states.
    "ala", "ariz", "calif", "colo", "conn", "ct", "dak", "fla", "ga", "ind", "kan", "kans", "ky", "md",
    "mich", "minn", "mo", "mont", "neb", "nev", "okla", "penn", "tenn", "va", "vt", "wis", "wisc", "wyo",
    // Companies and schools.
    "inc", "co", "cos", "corp", "pty", "ptys", "ppty", "pptys", "pte", "ptes", "ppte", "pptes", "ltd", "plc",
    "rt", "bancorp", "dept", "bhd", "assn", "univ", "intl", "sys", "bldg",
    // Numbers, places, Latin, titles behind a name.
    "ph", "tel", "est", "ext", "sq", "ft", "blvd", "rd", "etc", "al", "seq", "jr", "sr", "bros", "ed.d",
    "ph.d", "esq",
];

/// Kept in any case; a sentence goes on behind them.
pub const LEADERS: &[&str] = &[
    // Titles before a name.
    "mr", "mrs", "ms", "dr", "drs", "prof", "profs", "sen", "sens", "rep", "reps", "atty", "attys", "lt",
    "col", "gen", "messrs", "gov", "govs", "adm", "rev", "maj", "sgt", "cpl", "pvt", "mt", "capt", "st",
    "ste", "ave", "pres", "lieut", "hon", "brig", "comdr", "cmdr", "pfc", "spc", "supt", "supts", "det",
    "adj", "adv", "asst", "assoc", "ens", "insp", "mlle", "mme", "msgr", "sfc",
    // Names, Latin, companies.
    "alex", "wm", "jos", "cie", "treas", "vs", "cf", "a.k.a", "invt", "elec", "natl", "mfg", "mtg",
];

/// Kept with a capital; in lower case these are common words.
pub const CAPITALISED: &[&str] =
    &["Ark", "Del", "Ill", "La", "Mass", "Miss", "Ore", "Pa", "Tex", "Wash", "Az"];

/// Kept before a number.
pub const BEFORE_NUMBERS: &[&str] = &["art", "ca", "fig", "figs", "no", "nos", "op", "pp", "prop"];

/// With a capital after a single letter and a full stop, these begin a sentence.
pub const OPENERS: &[&str] = &[
    "A",
    "About",
    "According",
    "Additionally",
    "After",
    "An",
    "As",
    "At",
    "But",
    "Earlier",
    "He",
    "Her",
    "Here",
    "However",
    "If",
    "In",
    "It",
    "Last",
    "Many",
    "More",
    "Mr.",
    "Ms.",
    "Now",
    "Once",
    "One",
    "Other",
    "Our",
    "She",
    "Since",
    "So",
    "Some",
    "Such",
    "That",
    "The",
    "Their",
    "Then",
    "There",
    "These",
    "They",
    "This",
    "We",
    "What",
    "When",
    "While",
    "Yet",
    "You",
];

/// Ends of file names, which keep the full stop before them.
pub const FILE_ENDINGS: &[&str] = &[
    "bat", "bmp", "c", "cgi", "class", "cpp", "dll", "doc", "docx", "exe", "gif", "gz", "h", "htm", "html",
    "jar", "java", "jpeg", "jpg", "mov", "mp3", "pdf", "php", "pl", "png", "ppt", "ps", "py", "sql", "tar",
    "txt", "wav", "x", "xml", "zip",
];

/// Any of these words, in any case.
pub fn any(words: &[&str]) -> String {
    format!("(?i:{})", words.join("|").replace('.', r"\."))
}

/// Any of these words, their first letter as it stands, the rest in any case.
pub fn capitalised(words: &[&str]) -> String {
    let words = words.iter().map(|word| {
        let (first, rest) = word.split_at(1);
        format!("{first}(?i:{})", rest.replace('.', r"\."))
    });
    format!("(?:{})", words.collect::<Vec<_>>().join("|"))
}
