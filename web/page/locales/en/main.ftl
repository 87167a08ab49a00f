claim = Alt text for your photos, written on your own device.
title = Showtell: alt text for your photos
promise = Photos never leave this device. A caption is a suggestion: check it before you use it.

# The captioner
status-starting = Starting…
status-first = First visit: { $total } MB, once. Then it works offline.
held-gone = The network is gone.
held-silent = Nothing has come for a while: the network is slow, or gone.
held-broken = The connection broke.
held-busy = The server cannot for the moment ({ $status }).
held-kept = { $loaded } of { $total } MB are kept; it goes on by itself.
held-now = Try now
details = Details
describe-again = Describe again
said-loading = { $percent } percent loaded
failed-cpu = Use the CPU
status-loading = Loading the captioner: { $loaded } of { $total } MB
status-warming = Making the captioner ready…
status-ready = Ready for a photo
status-working = Looking at the photo…
status-queue = Looking at photo { $number } of { $total }…
status-stopped = Stopped: { $open ->
    [one] one photo waits
   *[other] { $open } photos wait
}
status-failed = The captioner could not be loaded
failed-retry = Try again
progress = Loading the captioner
device = Computed on:
device-asked = as asked for
device-no-adapter = this browser offers no WebGPU adapter
device-faster = faster here: { $cpu } ms on the CPU, { $gpu } ms on WebGPU
device-gpu-failed = WebGPU failed: { $reason }

# Photos in
photo = Photo
choose = Choose photos
choose-folder = Choose a folder
choose-more = Add photos
choose-hint = or drop them here, or paste with Ctrl+V
formats = JPEG, PNG, WebP, and what your browser can read besides
camera = Use the camera
camera-title = Camera
camera-take = Take the photo
camera-wait = Waiting for the camera…
close = Close
address = Address of a picture
address-hint = On this site only: nothing is asked of anybody else.
address-add = Add
samples = Or try one of these:
sample-use = Try the sample { $name }
sample-astronaut = portrait
sample-boats = boats
sample-chelsea = cat
sample-coffee = coffee
sample-rocket = rocket

# The queue
queue = Photos
strip = All photos: arrow keys move, Delete removes
list = All photos with their texts
list-hint = Arrow keys move, typing writes, Enter takes the text and goes on. Left and right: show the photo, decoration, remove.
list-text = Alt text of { $name }, { $state }
list-show = Show { $name } by itself
list-decoration = Decoration
list-decorative = { $name } is decoration only
list-silent = Decoration: no text
layout = View
layout-single = One by one
layout-list = List
filter = Listed
filter-all = All { $count }
filter-open = To do { $count }
filter-reviewed = Reviewed { $count }
review-waiting = waiting
review-suggested = suggested
review-unwritten = to write yourself
review-failed = failed
review-accepted = accepted
review-edited = edited
review-decorative = decoration
tally = { $count ->
    [one] One photo
   *[other] { $count } photos
}
tally-waiting = { $count } waiting
tally-suggested = { $count } suggested
tally-unwritten = { $count } to write yourself
tally-failed = { $count } failed
tally-accepted = { $count } accepted
tally-edited = { $count } edited
tally-decorative = { $count } decoration
queue-stop = Stop
queue-go = Go on
queue-clear = Remove all
queue-retry = Retry failed
entry-remove = Remove { $name }
entry-retry = Retry
entry-label = { $name }, { $state }

# The caption
suggestion = Suggestion
empty-title = A sentence for every photo
empty-text = Drop a photo and read what it may show, with how sure the captioner is and where it looked. You edit; you decide.
doubtful = Perhaps { $text }
may-show = May show { $text }
unable = I cannot describe this picture well.
declined-why = It is too unlike the photos it has learnt from to be told in a sentence. A person says it better:
declined-seen = Perhaps in it:
declined-guess = Show its guess anyway
declined-guess-hint = More often wrong than right.
carried = The file itself says
confidence = Confidence:
confidence-high = good: read it through
confidence-fair = fair: check every word
confidence-low = low: check every word
confidence-none = none
confidence-detail = about { $percent } of 100 such captions are mostly right
confidence-answers = about { $percent } of 100 such answers are right
confidence-unmeasured = not measured for these settings
seconds = { $seconds } s
words-attention = Point at a word to see where it came from
words-plain = The words, and how likely each was
candidates = Candidates
tree = How the sentence was found
tree-hint = The search kept these beginnings; the number is how likely the words were, given the ones before.

# The alt text
alt-text = Alt text, yours to edit
purpose = What is the image for?
purpose-informative = It shows something
purpose-decorative = Decoration only
purpose-functional = Link or button
purpose-text = Text in the picture
purpose-informative-hint = Say what matters about it where it stands.
purpose-decorative-hint = It gets an empty alt="", so that screen readers pass over it.
purpose-functional-hint = Say where it leads or what it does, not what it looks like.
purpose-text-hint = Repeat the words in the picture, unless they stand beside it anyway.
label-functional = Where does it lead?
label-text = What does the text say?
frame-informative = Who or what – does what – where
frame-functional = Where it leads, or what it does
frame-text = The words in the picture
accept = Accept, next
next-open = Next to do
accept-hint = Enter takes the text and goes on; Alt with arrow keys moves.
characters = { $count ->
    [one] One character
   *[other] { $count } characters
}
remark-empty = There is no text yet.
remark-long = { $count } characters: most alt texts do with 125.
remark-too-long = { $count } characters: too long. Put details beside the image instead.
remark-opening = “{ $words }” can go: readers hear that anyway.
remark-file-name = This is a file name.
remark-placeholder = This says nothing about the image.
remark-repetition = “{ $words }” stands twice in a row.
copy-text = Copy alt text
copy-html = Copy HTML
copy-markdown = Copy Markdown
copied = Copied
take-nothing = There is no text to take along yet: write one, or say that it is decoration.
take-unread = Nobody has accepted this text yet.
take-draft = Nobody has accepted this text yet: it goes along with its doubt.
read-aloud = Read aloud
read-stop = Stop reading

# Out
export = Export
export-csv = CSV
export-json = JSON
export-zip = Markdown (ZIP)
export-open = { $count ->
    [one] One photo has not been decided about: its text leaves as a draft.
   *[other] { $count } photos have not been decided about: their texts leave as drafts.
}
export-scope = What goes out
export-all = All, drafts marked
export-reviewed = Only the { $count } reviewed
export-copy = Copy all as
export-html = HTML
export-markdown = Markdown
export-table = Table

# Settings
settings = Settings
settings-search = Search
settings-width = Sentences compared
settings-words = Longest caption, in words
settings-usual = as the bundle: { $value }
settings-sampling = Draw words at random
settings-temperature = Temperature
settings-computing = Computing
settings-device = Device
device-auto = Whichever is faster
device-cpu = CPU
device-webgpu = WebGPU
settings-times = Measured here: CPU { $cpu }, WebGPU { $gpu }
not-measured = not measured
milliseconds = { $ms } ms
settings-bundle = Bundle (folder on this site)
settings-apply = Load it
settings-language = Language
settings-storage = Kept on this device
settings-storage-size = { $size } MB of weights, for visits without a network
settings-storage-empty = No weights are kept
settings-delete = Delete
settings-delete-all = Delete everything
settings-storage-all = { $size } MB in all: the page itself, weights, and { $count ->
    [one] one photo with what is written about it
   *[other] { $count } photos with what is written about them
}. Nothing of it leaves this device.
settings-forgetful = Keep no photos and texts for a reload
said-deleted = Everything is deleted. Nothing more is kept during this visit.
settings-reads = Read the words in charts, maps, screenshots and signs
settings-reset = Back to the bundle’s own settings

# What can happen
notice-close = Dismiss
notice-no-file = That held no file. Save the picture first, then drop or paste it.
notice-skipped = { $count ->
    [one] One file was no picture and was passed over.
   *[other] { $count } files were no pictures and were passed over.
}
notice-restarted = The captioner broke down and was started again. Nothing is lost.
notice-restarted-cpu = The GPU broke down. The captioner goes on with the CPU; nothing is lost.
notice-not-kept = The browser’s storage is full. { $photos ->
    [0] All photos are kept.
    [one] One photo will be missing after a reload.
   *[other] { $photos } photos will be missing after a reload.
}
notice-not-kept-texts = { $texts ->
    [0] All texts are kept.
    [one] One text is not kept either: export it.
   *[other] { $texts } texts are not kept either: export them.
}
notice-nothing-kept = The browser’s storage cannot be used: photos and texts will be gone after a reload.
notice-export = Export all texts
notice-other-tab = Another tab keeps its queue: photos here will be gone after a reload.
notice-restored = { $count ->
    [one] One photo of your last visit is here again.
   *[other] { $count } photos of your last visit are here again.
}
notice-no-clipboard = The browser did not allow copying: select the text and copy it by hand.
notice-foreign = { $origin } is another site, and this page asks nobody else for anything. Save the picture, then drop it here.
notice-bad-address = There is no picture at { $address }.
notice-no-camera = There is no camera, or the browser was not allowed to use it.
notice-new-version = A new version is here.
notice-removed = { $count ->
    [one] One photo removed.
   *[other] { $count } photos removed.
}
notice-replaced = Your text has been replaced.
notice-bundle = That bundle cannot be loaded, so the page’s own is used: { $reason }
notice-undo = Undo
notice-update = Use it
refusal-empty = the file is empty
refusal-unknown = not a JPEG, PNG or WebP picture, and this browser cannot read it either
refusal-heic = this browser cannot read HEIC. Set the camera to “Most compatible”, or export the photo as JPEG
refusal-svg = drawings in SVG are not described
refusal-other = the captioner cannot take it
refusal-no-pixels = the picture has no pixels
refusal-too-large = the picture is { $width }x{ $height } pixels, over the limit of 120 megapixels
refusal-damaged = the file is damaged, or of a kind that is not read here
refusal-unreadable = the browser can no longer read the file: it was moved or deleted
refusal-crashed = the captioner broke down over it twice
said-caption = { $name }: { $text }
said-refused = { $name } has no caption: { $reason }
said-no-text = There is no text yet: write one, or say that it is decoration.
said-none-yet = Nothing else waits for you yet.
said-all-reviewed = Every photo is reviewed.
said-undone = Undone
said-taken = Text taken
said-end = Done. { $counts }
said-added = { $count ->
    [one] One photo added
   *[other] { $count } photos added
}

# The words in a picture
read = Read the words in it
reading = Reading the words…
read-title = Words in the picture
read-lines = Words in the picture: { $count ->
    [one] one line
   *[other] { $count } lines
}
read-none = No words found in the picture.
read-more = There is more text than is read of one picture.
read-take = Take the words as the alt text
read-failed = The words could not be read.
