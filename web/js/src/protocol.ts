// What a program and the worker say to each other. Written by a test of web/protocol/src/types.rs
// from the types of the worker: change those, and run the test.

/**
 * From the page to the worker.
 */
export type Request = { "Load": {
/**
 * Where the bundle is.
 */
bundle: BundleAddress,
/**
 * Where to compute.
 */
device: DeviceChoice, } }
  | { "Caption": {
/**
 * Comes back with the answer.
 */
id: number,
/**
 * How to search.
 */
search: Search, } }
  | { "LoadReader": {
/**
 * Where its files are.
 */
files: BundleAddress, } }
  | { "Read": {
/**
 * Comes back with the answer.
 */
id: number,
/**
 * What the captioner says of the picture, to be told together with its words.
 */
caption?: Caption, } };

/**
 * Where a bundle's files are; addresses are absolute.
 */
export type BundleAddress = { "Folder": string }
  | { "Files": {
/**
 * The small ones, as they are: tools take them for something else or put them into addresses.
 */
texts: { [key in string]: string },
/**
 * Addresses of the others.
 */
addresses: { [key in string]: string }, } };

/**
 * Where to compute.
 */
export type DeviceChoice = "auto" | "cpu" | "webgpu";

/**
 * How to search for sentences; what is absent is the bundle's.
 */
export type Search = {
/**
 * Sentences kept after each word, or drawn.
 */
width?: number,
/**
 * The most words.
 */
max_words?: number,
/**
 * Draws words in place of searching, at this temperature.
 */
temperature?: number,
/**
 * Seed of what is drawn.
 */
seed: number, };

/**
 * From the worker to the page.
 */
export type Reply = "Listening"
  | { "Progress": {
/**
 * Bytes here.
 */
loaded: number,
/**
 * Bytes in all.
 */
total: number, } } | "Warming"
  | { "Ready": {
/**
 * Where the worker computes, and why there.
 */
device: DeviceReport,
/**
 * The bundle.
 */
bundle: BundleReport, } }
  | { "Seen": {
/**
 * That of the request.
 */
id: number,
/**
 * Width and height in pixels, upright.
 */
size: [number, number],
/**
 * A small JPEG of it.
 */
thumbnail: Uint8Array, } }
  | { "Captioned": {
/**
 * That of the request.
 */
id: number,
/**
 * The caption.
 */
caption: Caption,
/**
 * It with as much doubt as it deserves, in English.
 */
hedged: string,
/**
 * Whether the picture seems to hold words worth reading.
 */
worded: boolean,
/**
 * Milliseconds from bytes to caption.
 */
milliseconds: number, } } | "ReaderReady"
  | { "Read": {
/**
 * That of the request.
 */
id: number,
/**
 * The words.
 */
reading: Reading,
/**
 * The caption of the request with the words, where they belong to it.
 */
told?: Together,
/**
 * Milliseconds from bytes to words.
 */
milliseconds: number, } }
  | { "Refused": {
/**
 * That of the request.
 */
id: number,
/**
 * Why.
 */
refusal: Refusal, } }
  | { "Broken": {
/**
 * What happened.
 */
reason: string, } }
  | { "Failed": {
/**
 * What was at fault.
 */
failure: Failure,
/**
 * Why, for people.
 */
reason: string, } };

/**
 * The device in use.
 */
export type DeviceReport = {
/**
 * `WebGPU` or `CPU`.
 */
name: string,
/**
 * Why this one.
 */
reason: DeviceReason,
/**
 * Milliseconds the CPU takes to look at a picture, where measured.
 */
cpu?: number,
/**
 * Milliseconds the GPU takes, where measured.
 */
gpu?: number, };

/**
 * Why a device is in use.
 */
export type DeviceReason = "Asked" | "NoAdapter" | "Faster"
  | { "GpuFailed": string };

/**
 * The bundle in use.
 */
export type BundleReport = {
/**
 * Its name.
 */
name: string,
/**
 * Bytes of its files.
 */
size: number,
/**
 * Width of its own search.
 */
width: number,
/**
 * The most words in its own captions.
 */
max_words: number, };

/**
 * What a captioner says about a photo: a suggestion for a person to edit.
 */
export type Caption = {
/**
 * What is told, without words of doubt: the best sentence, or where no sentence can be told, a noun ("A
 * scorpion."). Where nothing can be told, the best sentence all the same, to be picked by hand.
 */
text: string,
/**
 * The probability that the text is right, where `calibrated`: of a sentence, that as many of its content words
 * fit the photo as the calibration asked for; else the geometric mean of its words' probabilities, end of
 * sentence included, which ranks doubt but is the chance of nothing.
 */
confidence: number,
/**
 * Whether the confidence is a probability, or only a score.
 */
calibrated: boolean,
/**
 * How the text should be told, for whoever knows no rungs.
 */
trust: Trust,
/**
 * What to tell, and how much that is.
 */
answer: Answer,
/**
 * Things that the picture may show, likeliest first; none without a classifier.
 */
labels: Array<Label>,
/**
 * Sum of the best sentence's log-probabilities over `length^length_penalty`; higher is better.
 */
score: number,
/**
 * The words of the text.
 */
words: Array<Word>,
/**
 * The other sentences of the beam, best first; where the text is no sentence, the best one too.
 */
alternatives: Array<Alternative>, };

/**
 * A word of a caption.
 */
export type Word = {
/**
 * The word.
 */
word: string,
/**
 * Its natural log-probability given the words before.
 */
log_probability: number,
/**
 * Share of attention on each region, row by row over a square grid, summing to 1; empty
 * where it was not asked for.
 */
attention?: Array<number>, };

/**
 * Another sentence the search found.
 */
export type Alternative = {
/**
 * The sentence.
 */
text: string,
/**
 * Sum of its log-probabilities over `length^length_penalty`; higher is better.
 */
score: number,
/**
 * Its words, without attention.
 */
words?: Array<Word>, };

/**
 * How a sentence should be told, going by its confidence.
 */
export type Trust = "plain" | "doubtful" | "unable";

/**
 * What to tell about a picture.
 */
export type Answer = {
/**
 * How much it says.
 */
rung: Rung,
/**
 * In words, with as much doubt as it deserves: "May show a scorpion."
 */
text: string,
/**
 * The probability that it is right, where the captioner is calibrated; of nothing, that the sentence kept
 * back would have been.
 */
confidence: number, };

/**
 * How much an answer says, from the most to nothing.
 */
export type Rung = "sentence" | "perhaps" | "thing" | "broader" | "kind" | "nothing";

/**
 * A word for something in the picture.
 */
export type Label = {
/**
 * The word: "goldfish".
 */
word: string,
/**
 * With its article: "a goldfish".
 */
phrase: string,
/**
 * The probability that the picture shows it, where that was calibrated; else the share that the
 * classifier gives it.
 */
probability: number, };

/**
 * The words in a picture, in the order in which a person would read them.
 */
export type Reading = {
/**
 * Everything, paragraphs and rows on lines of their own; empty where there are no words.
 */
text: string,
/**
 * The lines one by one.
 */
lines: Array<Line>,
/**
 * Width of the picture in pixels.
 */
width: number,
/**
 * Height of the picture in pixels.
 */
height: number,
/**
 * Whether the picture has more text than is read of one.
 */
more: boolean, };

/**
 * A line of text in a picture.
 */
export type Line = {
/**
 * What it says. A word that could not be read among others that could is "…".
 */
text: string,
/**
 * The mean probability of its letters, 0 to 1.
 */
confidence: number,
/**
 * Its corners, `[x, y]` in pixels of the picture: clockwise, from where reading begins, above the letters.
 */
corners: [[number, number], [number, number], [number, number], [number, number]],
/**
 * How it is turned from upright text, clockwise: 0, 90, 180 or 270 degrees.
 */
turned: number, };

/**
 * An answer that has words of the picture in it.
 */
export type Together = {
/**
 * Without doubt.
 */
plain: string,
/**
 * With as much doubt as the answer has.
 */
hedged: string,
/**
 * How much it says.
 */
rung: Rung, };

/**
 * Why a photo has no caption.
 */
export type Refusal = "Empty" | "UnknownFormat" | "NoPixels"
  | { "TooLarge": {
/**
 * Width in pixels.
 */
width: number,
/**
 * Height in pixels.
 */
height: number, } }
  | { "Damaged": {
/**
 * What the decoder said.
 */
reason: string, } } | "Unreadable"
  | { "Crashed": {
/**
 * What happened.
 */
reason: string, } }
  | { "Other": {
/**
 * Why.
 */
reason: string, } };

/**
 * What was at fault when a captioner could not be loaded.
 */
export type Failure = "unreachable" | "damaged" | "device" | "request";

/**
 * What has happened. Pictures go by a number that stays theirs.
 */
export type SessionEvent = "Open"
  | { "Ask": number } | "Listening" | "Alive"
  | { "Ready": {
/**
 * Not on the CPU.
 */
gpu: boolean, } }
  | { "Captioned": number }
  | { "Refused": number }
  | { "Failed": string }
  | { "Broke": string };

/**
 * What to do about it, in this order.
 */
export type SessionEffect = "Start"
  | { "Load": {
/**
 * Whatever device was chosen: the GPU is given up.
 */
on_cpu: boolean, } } | "Next"
  | { "Send": number } | "Watch" | "Rest"
  | { "Tell": number }
  | { "Again": number }
  | { "Drop": {
/**
 * The picture.
 */
id: number,
/**
 * What happened the last time.
 */
reason: string, } }
  | { "Replace": {
/**
 * Since it broke on a GPU, which is left alone from now on.
 */
on_cpu: boolean, } }
  | { "End": string };
