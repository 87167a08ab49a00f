"""Measures how often `showtell caption --json` names the thing that a photo shows.

python things.py THINGS TOLD WORDNET [--list]

THINGS has a line for each photo of a single thing: {"image": "things/alpaca.webp", "thing": "alpaca"}. TOLD is
what the program wrote, with `path` and `told` in each line. WORDNET is a folder with data.noun, index.noun and
noun.exc: Debian's package `wordnet-base` has it in its folder share/wordnet. It takes plain Python 3.

A thing is named where the sentence has the word itself, a noun of one of its first three senses, or a noun of
the sense right above one of those, each also in the plural; it is named exactly where the sentence has the word
itself. Only whole words of a sentence count: "rope" is not in "Europe". With --list a line for each photo says
what was found and what was told.
"""

import argparse
import json
import re
from pathlib import Path, PurePath

SENSES = 3


def split(text):
    """Words in lower case; those with hyphens in pieces."""
    return re.findall(r"[^\W_]+(?:'[^\W_]+)?", text.lower())


class WordNet:
    """Nouns of WordNet."""

    def __init__(self, folder):
        self.data = (folder / "data.noun").read_bytes()
        self.index = {}
        for line in (folder / "index.noun").read_text().splitlines():
            if not line.startswith(" "):
                parts = line.split()
                self.index[parts[0]] = [int(offset) for offset in parts[-int(parts[2]) :]]
        self.irregular = {}
        for line in (folder / "noun.exc").read_text().splitlines():
            plural, *words = line.split()
            for word in words:
                self.irregular.setdefault(word, []).append(plural)

    def synset(self, offset):
        """Lemmas and offsets of the hypernyms."""
        line = self.data[offset : self.data.index(b"\n", offset)].decode()
        parts = line.partition(" | ")[0].split()
        after = 4 + 2 * int(parts[3], 16)
        pointers = [parts[i : i + 4] for i in range(after + 1, after + 1 + 4 * int(parts[after]), 4)]
        hypernyms = [int(to) for kind, to, pos, _ in pointers if kind in ("@", "@i") and pos == "n"]
        return parts[4:after:2], hypernyms

    def names(self, thing):
        """Nouns of the first senses of a word and of the senses right above them, with the word itself."""
        found = {thing.lower()}
        for offset in self.index.get(thing.lower().replace(" ", "_"), [])[:SENSES]:
            lemmas, hypernyms = self.synset(offset)
            found.update(lemma.replace("_", " ").lower() for lemma in lemmas)
            for above in hypernyms:
                found.update(lemma.replace("_", " ").lower() for lemma in self.synset(above)[0])
        return found

    def spelt(self, name):
        """A name and its plurals, split into words."""
        *before, last = split(name) or [""]
        plurals = list(self.irregular.get(last, []))
        if re.search(r"(s|x|z|ch|sh)$", last):
            plurals.append(last + "es")
        elif re.search(r"[^aeiou]y$", last):
            plurals.append(last[:-1] + "ies")
        else:
            plurals.append(last + "s")
        return [[*before, form] for form in [last, *plurals]]

    def has(self, sentence, name):
        """Whether a sentence, given as its words, has a name or its plural."""
        return any(
            sentence[start : start + len(form)] == form
            for form in self.spelt(name)
            for start in range(len(sentence) - len(form) + 1)
        )


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def find(told, image):
    """What was told of an image, found by the end of its path: the folder may be another."""
    parts = PurePath(image).parts
    found = [text for path, text in told if path[-len(parts) :] == parts] or [
        text for path, text in told if path[-1:] == parts[-1:]
    ]
    if len(set(found)) > 1:
        raise SystemExit(f"{image} was told several times, differently")
    return found[0] if found else None


def main():
    parser = argparse.ArgumentParser(description="How often things are named: see the head of this file.")
    parser.add_argument("things", type=Path, help="lines with image and thing")
    parser.add_argument("told", type=Path, help="lines with path and told, as the program writes them")
    parser.add_argument("wordnet", type=Path, help="folder with data.noun, index.noun and noun.exc")
    parser.add_argument("--list", action="store_true", help="print a line for each photo")
    options = parser.parse_args()
    wordnet = WordNet(options.wordnet)
    rows = [line for line in lines(options.told) if "path" in line]
    told = [(PurePath(line["path"]).parts, line.get("told") or "") for line in rows]
    counts = dict.fromkeys(["named", "named exactly", "told nothing", "not in the file"], 0)
    things = lines(options.things)
    for thing in things:
        image, word = thing["image"], thing["thing"]
        text = find(told, image)
        by = ""
        if text is None:
            result = "not in the file"
        elif not text.strip() or text.startswith("I cannot describe"):
            result = "told nothing"
        else:
            sentence = split(text)
            exactly = wordnet.has(sentence, word)
            names = [word] if exactly else sorted(wordnet.names(word))
            by = next((name for name in names if wordnet.has(sentence, name)), "")
            result = "named exactly" if exactly else "named" if by else ""
        if result:
            counts[result] += 1
        if options.list:
            print(f"{word}\t{result or '-'}\t{by}\t{text or ''}")
    counts["named"] += counts["named exactly"]
    for name, count in counts.items():
        if count or name != "not in the file":
            print(f"{name}: {count} of {len(things)}")


if __name__ == "__main__":
    main()
