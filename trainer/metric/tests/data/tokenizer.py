"""Holds our tokeniser against the Java program inside pycocoevalcap. Takes Java.

pip install pycocoevalcap==1.2
python tokenizer.py                         makes tokenizer.json beside this file
python tokenizer.py PROGRAM FILE...         counts captions of FILE on which PROGRAM differs

PROGRAM is the example `tokenize` (cargo build --release --example tokenize). A FILE is Flickr8k's
Flickr8k.token.txt, a captions file of COCO, or one caption a line.
"""

import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import pycocoevalcap.tokenizer.ptbtokenizer as ptb

JAR = Path(ptb.__file__).parent / ptb.STANFORD_CORENLP_3_4_1_JAR

SENTENCES = """
The boy's dog isn't in its owner's car.
They'd've gone, but he won't, can't and cannot.
I'm gonna, wanna, gotta; lemme see, gimme that!
'Tis the season; 'twas the night. Rock 'n' roll, rock'n'roll.
A man "rides" a 'bike' on a half-pipe and/or a ramp.
Y'all look at the dogs' bowls, ma'am, at six o'clock.
O'Brien and d'Avignon drink l'eau in the '90s, in 1990s style, '09
Don`t touch the player's' jersey: it's "No. 7", not no. seven.
It cost $5.50, £3, €20, ¥400 or 99¢ -- about 1,000,000 people paid 50%.
A 3-year-old, a T-shirt, a two-and-a-half-foot-tall x-ray.
From 10:30am to 3 p.m. on 12/25/2010 and 2011-01-01.
He ran 5 7/8 miles, 1/2 mile, ½ mile, ¾ more, 10-1/2 laps.
Call (555) 123-4567 or 555-123-4567 or 555.123.4567.
Mr. and Mrs. Smith vs. Dr. Jones, Ph.D., of St. Louis, Mo., and Washington, D.C.
The U.S. Army in the U.S. A boy in the U.K. The end
Inc. and Corp. and Ltd. etc. They left. Fig. 5, pp. 10, ca. 1900, art. 4
A traffic light over a street with a sign that reads K.
12th Ave S. and 5th St. W. in the rain.
Lines K. The man, line J. a man, line B. However it is
[one] (two) {three} <four> a/b w/o s/he 24/7 9/11 b&w R&B AT&T &amp; Q+A
C++ c# F# C# and #1 #tag @home foo@bar.org http://a.bc/d?e=f#g www.x.com/y x.com photo.jpg a.txt.
<b>bold</b> <br/> <a href="x y">link</a> <3 << >> -> => <- 3 < 4 > 2
Well... so . . . then…and wait…. What?! No!! Yes?
dog.The cat what?No stop!Go e.g.this i.e. that a.m.
“Curly” ‘quotes’ «and» ‹more› it’s the dogs’ „low“ ‚one‘ ``latex'' `it'
naïve café Ærøskøbing Größe señor 日本の犬 собака σκύλος كلب कुत्ता 강아지
emoji 😀 dog 🐕‍🦺 flag 🇩🇪 heart ❤️ star ★ check ✓ note ♪ degrees 72° 10°C
em—dash en–dash bar―dash minus−sign soft­hyphen non‑breaking‑hyphen a - b -- c --- d ---- e ----- f
* one ** two *** three _under_ __dunder__ ~tilde~ ^caret^ |pipe| \\ back = equals == ++ --
:) :-) ;-) :( =) <3 ^_^ -_- :P
x² H₂O CO₂ 10⁻³ m² ° § © ® ™ µ ¶ ×  ÷ ± ¬ ¦ ¨ ¯ ´ ¸
a\tb\u00a0c\u2003d\u3000e\u200bf\ufeffg h\u0000i
At six o’clock, o‘clock, l’eau, hors d’oeuvre and half-o’clock: ’tis d’Artagnan, the dogs’ ’90s
IMG_001.jpg dsc-001.jpg my_photo.png a.b.txt dir/file_name.tar.gz x.html, README.md
He ran 5\u00a07/8 miles, (555)\u00a0123-4567
cap'n c'est c'mon ev'ry li'l nat'l nor'easter s'mores e'er cont'd 'em 'til 'cause o'o
-LRB- -RRB- pro- anti- C.D.s S&P-500 S&Ls it\u0092s \u0093x\u0094 &quot;y&quot; &apos;z&apos; &lt;w&gt; &nbsp; caf&eacute;
"""

PIECES = (
    "o’clock l’eau ’tis a_b.png c-d.jpg ' \" '' `` ( ) [ ] / - -- ... .. . , ; : ! ? & $ # @ % * _ + = 's n't 'll '90s 1990s 10:30 a.m. "
    "U.S. C++ Mr. St. No. ½ £5 $5.50 5% 10th 3-year-old T-shirt rock'n'roll o'clock can't dogs' naïve "
    "“a” ‘b’ it’s — – … #7 R&B and/or w/o b&w 1/2 x2 2x4 1st O'Brien I'm who's s/he 24/7 :) etc. vs. "
    "e.g. 5'6\" a-b a_b 1,000 3.5 -5 +5 .5"
).split()
WORDS = "a the man woman dog boy red on in with and two ball runs jumps grass water snow street A The".split()


def lines():
    made = [line.encode("utf-8").decode("utf-8") for line in SENTENCES.strip("\n").split("\n")]
    draw = random.Random(3)
    for _ in range(300):
        parts = [draw.choice(PIECES if draw.random() < 0.5 else WORDS) for _ in range(draw.randint(1, 7))]
        made.append("".join(part + draw.choice(["", " ", " "]) for part in parts))
    return made


def java(captions):
    """Tokenises captions. Behind each stands a plain one, which is thrown away: the Java program
    looks across the end of a line, and captions here are to stand alone."""
    text = "".join(f"{caption}\nA dog .\n" for caption in captions)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="\n", suffix=".txt") as file:
        file.write(text)
        file.flush()
        command = ["java", "-cp", str(JAR), "edu.stanford.nlp.process.PTBTokenizer", "-preserveLines", "-lowerCase"]
        done = subprocess.run(command + [file.name], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    found = done.stdout.decode("utf-8").split("\n")[: 2 * len(captions)]
    assert len(found) == 2 * len(captions) and all(line == "a dog ." for line in found[1::2])
    kept = [[w for w in line.rstrip().split(" ") if w not in ptb.PUNCTUATIONS] for line in found[::2]]
    return [" ".join(words) for words in kept]


def read(path):
    text = Path(path).read_text(encoding="utf-8")
    if path.endswith(".json"):
        return [row["caption"].replace("\n", " ") for row in json.loads(text)["annotations"]]
    rows = text.rstrip("\n").split("\n")
    return [row.split("\t", 1)[-1] for row in rows]


if len(sys.argv) == 1:
    captions = lines()
    pairs = [list(pair) for pair in zip(captions, java(captions))]
    here = Path(__file__).with_suffix(".json")
    rows = ",\n".join(json.dumps(pair, ensure_ascii=False) for pair in pairs)
    here.write_text(f"[\n{rows}\n]\n", encoding="utf-8")
    print(len(pairs), "captions in", here)
else:
    for path in sys.argv[2:]:
        captions = read(path)
        expected = java(captions)
        text = "".join(f"{caption}\n" for caption in captions).encode("utf-8")
        done = subprocess.run([sys.argv[1]], input=text, stdout=subprocess.PIPE, check=True)
        found = done.stdout.decode("utf-8").split("\n")[: len(captions)]
        differ = [row for row in zip(captions, expected, found) if row[1] != row[2]]
        print(f"{path}: {len(differ)} of {len(captions)} captions differ")
        for caption, theirs, ours in differ:
            print(f"  caption {caption!r}\n  java    {theirs!r}\n  ours    {ours!r}")
