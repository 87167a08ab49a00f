claim = Alternativtexte für Ihre Fotos, auf Ihrem eigenen Gerät geschrieben.
title = Showtell: Alternativtexte für Ihre Fotos
promise = Fotos verlassen dieses Gerät nie. Eine Beschreibung ist ein Vorschlag: Prüfen Sie ihn, bevor Sie ihn verwenden.

# The captioner
status-starting = Startet …
status-first = Erster Besuch: { $total } MB, einmal. Danach geht es ohne Netz.
held-gone = Das Netz ist fort.
held-silent = Seit einer Weile kommt nichts: Das Netz ist langsam oder fort.
held-broken = Die Verbindung ist abgebrochen.
held-busy = Der Server kann gerade nicht ({ $status }).
held-kept = { $loaded } von { $total } MB sind behalten; es geht von selbst weiter.
held-now = Jetzt versuchen
details = Einzelheiten
describe-again = Noch einmal beschreiben
said-loading = { $percent } Prozent geladen
failed-cpu = Die CPU benutzen
status-loading = Lädt: { $loaded } von { $total } MB
status-warming = Wird bereit gemacht …
status-ready = Bereit für ein Foto
status-working = Betrachtet das Foto …
status-queue = Betrachtet Foto { $number } von { $total } …
status-stopped = Angehalten: { $open ->
    [one] ein Foto wartet
   *[other] { $open } Fotos warten
}
status-failed = Das Programm konnte nicht geladen werden
failed-retry = Noch einmal versuchen
progress = Lädt
device = Gerechnet auf:
device-asked = wie gewünscht
device-no-adapter = dieser Browser bietet kein WebGPU an
device-faster = hier schneller: { $cpu } ms auf der CPU, { $gpu } ms mit WebGPU
device-gpu-failed = WebGPU versagt: { $reason }

# Photos in
photo = Foto
choose = Fotos wählen
choose-folder = Ordner wählen
choose-more = Fotos hinzufügen
choose-hint = oder hierher ziehen oder mit Strg+V einfügen
formats = JPEG, PNG, WebP und was Ihr Browser sonst noch lesen kann
camera = Kamera benutzen
camera-title = Kamera
camera-take = Foto aufnehmen
camera-wait = Wartet auf die Kamera …
close = Schließen
address = Adresse eines Bildes
address-hint = Nur auf dieser Seite: Niemand sonst wird um etwas gebeten.
address-add = Hinzufügen
samples = Oder eines von diesen:
sample-use = Beispiel { $name } ausprobieren
sample-astronaut = Porträt
sample-boats = Boote
sample-chelsea = Katze
sample-coffee = Kaffee
sample-rocket = Rakete

# The queue
queue = Fotos
strip = Alle Fotos: Pfeiltasten bewegen, Entf entfernt
list = Alle Fotos mit ihren Texten
list-hint = Pfeiltasten bewegen, Tippen schreibt, Eingabe übernimmt den Text und geht weiter. Links und rechts: Foto zeigen, Dekoration, entfernen.
list-text = Alternativtext von { $name }, { $state }
list-show = { $name } allein zeigen
list-decoration = Dekoration
list-decorative = { $name } ist nur Dekoration
list-silent = Dekoration: kein Text
layout = Ansicht
layout-single = Einzeln
layout-list = Liste
filter = Gezeigt
filter-all = Alle { $count }
filter-open = Offen { $count }
filter-reviewed = Geprüft { $count }
review-waiting = wartet
review-suggested = vorgeschlagen
review-unwritten = selbst zu schreiben
review-failed = fehlgeschlagen
review-accepted = übernommen
review-edited = bearbeitet
review-decorative = Dekoration
tally = { $count ->
    [one] Ein Foto
   *[other] { $count } Fotos
}
tally-waiting = { $count } warten
tally-suggested = { $count } vorgeschlagen
tally-unwritten = { $count } selbst zu schreiben
tally-failed = { $count } fehlgeschlagen
tally-accepted = { $count } übernommen
tally-edited = { $count } bearbeitet
tally-decorative = { $count } Dekoration
queue-stop = Anhalten
queue-go = Weiter
queue-clear = Alle entfernen
queue-retry = Fehlgeschlagene wiederholen
entry-remove = { $name } entfernen
entry-retry = Wiederholen
entry-label = { $name }, { $state }

# The caption
suggestion = Vorschlag
empty-title = Ein Satz zu jedem Foto
empty-text = Ziehen Sie ein Foto hierher und lesen Sie, was es zeigen mag, wie sicher das ist und wohin geschaut wurde. Sie bearbeiten, Sie entscheiden. Die Sätze selbst sind englisch.
doubtful = Vielleicht: { $text }
may-show = Zeigt vielleicht: { $text }
unable = Dieses Bild kann ich nicht gut beschreiben.
declined-why = Es gleicht den Fotos, aus denen gelernt wurde, zu wenig für einen Satz. Ein Mensch sagt es besser:
declined-seen = Vielleicht darin:
declined-guess = Die Vermutung trotzdem zeigen
declined-guess-hint = Öfter falsch als richtig.
carried = In der Datei selbst steht
confidence = Sicherheit:
confidence-high = gut: einmal durchlesen
confidence-fair = mäßig: jedes Wort prüfen
confidence-low = gering: jedes Wort prüfen
confidence-none = keine
confidence-detail = etwa { $percent } von 100 solchen Sätzen stimmen großenteils
confidence-answers = etwa { $percent } von 100 solchen Antworten stimmen
confidence-unmeasured = für diese Einstellungen nicht gemessen
seconds = { $seconds } s
words-attention = Zeigen Sie auf ein Wort, um zu sehen, woher es kommt
words-plain = Die Wörter und wie wahrscheinlich jedes war
candidates = Auswahl
tree = Wie der Satz gefunden wurde
tree-hint = Diese Anfänge hat die Suche behalten; die Zahl sagt, wie wahrscheinlich die Wörter nach den vorigen waren.

# The alt text
alt-text = Alternativtext, zum Bearbeiten
purpose = Wozu dient das Bild?
purpose-informative = Es zeigt etwas
purpose-decorative = Nur Schmuck
purpose-functional = Link oder Knopf
purpose-text = Text im Bild
purpose-informative-hint = Sagen Sie, was daran hier wichtig ist.
purpose-decorative-hint = Es bekommt ein leeres alt="", damit Vorleseprogramme es übergehen.
purpose-functional-hint = Sagen Sie, wohin es führt oder was es tut, nicht wie es aussieht.
purpose-text-hint = Wiederholen Sie die Wörter im Bild, wenn sie nicht ohnehin daneben stehen.
label-functional = Wohin führt es?
label-text = Was steht im Bild?
frame-informative = Wer oder was – tut was – wo
frame-functional = Wohin er führt oder was er tut
frame-text = Die Wörter im Bild
accept = Übernehmen, weiter
next-open = Zum nächsten offenen
accept-hint = Eingabe übernimmt den Text und geht weiter; Alt mit Pfeiltasten bewegt.
characters = { $count ->
    [one] Ein Zeichen
   *[other] { $count } Zeichen
}
remark-empty = Noch kein Text.
remark-long = { $count } Zeichen: Meist reichen 125.
remark-too-long = { $count } Zeichen: zu lang. Einzelheiten gehören neben das Bild.
remark-opening = „{ $words }“ kann weg: Das hört man ohnehin.
remark-file-name = Das ist ein Dateiname.
remark-placeholder = Das sagt nichts über das Bild.
remark-repetition = „{ $words }“ steht zweimal hintereinander.
copy-text = Text kopieren
copy-html = HTML kopieren
copy-markdown = Markdown kopieren
copied = Kopiert
take-nothing = Noch gibt es keinen Text zum Mitnehmen: Schreiben Sie einen, oder sagen Sie, dass es Dekoration ist.
take-unread = Noch hat niemand diesen Text übernommen.
take-draft = Noch hat niemand diesen Text übernommen: Sein Zweifel geht mit.
read-aloud = Vorlesen
read-stop = Nicht weiterlesen

# Out
export = Ausgeben
export-csv = CSV
export-json = JSON
export-zip = Markdown (ZIP)
export-open = { $count ->
    [one] Über ein Foto ist noch nicht entschieden: Sein Text geht als Entwurf hinaus.
   *[other] Über { $count } Fotos ist noch nicht entschieden: Ihre Texte gehen als Entwürfe hinaus.
}
export-scope = Was hinausgeht
export-all = Alle, Entwürfe markiert
export-reviewed = Nur die { $count } geprüften
export-copy = Alle kopieren als
export-html = HTML
export-markdown = Markdown
export-table = Tabelle

# Settings
settings = Einstellungen
settings-search = Suche
settings-width = Verglichene Sätze
settings-words = Längster Satz, in Wörtern
settings-usual = wie im Bündel: { $value }
settings-sampling = Wörter auslosen
settings-temperature = Temperatur
settings-computing = Rechnen
settings-device = Gerät
device-auto = Das schnellere
device-cpu = CPU
device-webgpu = WebGPU
settings-times = Hier gemessen: CPU { $cpu }, WebGPU { $gpu }
not-measured = nicht gemessen
milliseconds = { $ms } ms
settings-bundle = Bündel (Ordner auf dieser Seite)
settings-apply = Laden
settings-language = Sprache
settings-storage = Auf diesem Gerät aufbewahrt
settings-storage-size = { $size } MB Gewichte, für Besuche ohne Netz
settings-storage-empty = Es sind keine Gewichte aufbewahrt
settings-delete = Löschen
settings-delete-all = Alles löschen
settings-storage-all = { $size } MB insgesamt: die Seite selbst, Gewichte und { $count ->
    [one] ein Foto mit dem, was darüber geschrieben ist
   *[other] { $count } Fotos mit dem, was darüber geschrieben ist
}. Nichts davon verlässt dieses Gerät.
settings-forgetful = Fotos und Texte nicht für ein Neuladen behalten
said-deleted = Alles ist gelöscht. Während dieses Besuchs wird nichts mehr behalten.
settings-reads = Wörter in Diagrammen, Karten, Bildschirmfotos und Schildern lesen
settings-reset = Zurück zu den Einstellungen des Bündels

# What can happen
notice-close = Ausblenden
notice-no-file = Das war keine Datei. Speichern Sie das Bild zuerst und ziehen Sie es dann hierher.
notice-skipped = { $count ->
    [one] Eine Datei war kein Bild und wurde übergangen.
   *[other] { $count } Dateien waren keine Bilder und wurden übergangen.
}
notice-restarted = Das Programm ist zusammengebrochen und wurde neu gestartet. Nichts ist verloren.
notice-restarted-cpu = Die GPU ist ausgefallen. Weiter geht es mit der CPU; nichts ist verloren.
notice-not-kept = Der Speicher des Browsers ist voll. { $photos ->
    [0] Alle Fotos sind aufbewahrt.
    [one] Ein Foto fehlt nach dem Neuladen.
   *[other] { $photos } Fotos fehlen nach dem Neuladen.
}
notice-not-kept-texts = { $texts ->
    [0] Alle Texte sind aufbewahrt.
    [one] Auch ein Text ist nicht aufbewahrt: Exportieren Sie ihn.
   *[other] Auch { $texts } Texte sind nicht aufbewahrt: Exportieren Sie sie.
}
notice-nothing-kept = Der Speicher des Browsers ist nicht zu gebrauchen: Fotos und Texte sind nach dem Neuladen fort.
notice-export = Alle Texte exportieren
notice-other-tab = Ein anderer Tab bewahrt seine Fotos auf: Die Fotos hier sind nach dem Neuladen fort.
notice-restored = { $count ->
    [one] Ein Foto Ihres letzten Besuchs ist wieder da.
   *[other] { $count } Fotos Ihres letzten Besuchs sind wieder da.
}
notice-no-clipboard = Der Browser hat das Kopieren nicht erlaubt: Markieren Sie den Text und kopieren Sie ihn selbst.
notice-foreign = { $origin } ist eine andere Seite, und diese hier bittet niemanden sonst um etwas. Speichern Sie das Bild und ziehen Sie es dann hierher.
notice-bad-address = Unter { $address } liegt kein Bild.
notice-no-camera = Es gibt keine Kamera, oder der Browser darf sie nicht benutzen.
notice-new-version = Eine neue Fassung ist da.
notice-removed = { $count ->
    [one] Ein Foto entfernt.
   *[other] { $count } Fotos entfernt.
}
notice-replaced = Ihr Text wurde ersetzt.
notice-bundle = Dieses Bündel lässt sich nicht laden, darum gilt das der Seite: { $reason }
notice-undo = Rückgängig
notice-update = Benutzen
refusal-empty = die Datei ist leer
refusal-unknown = kein Bild in JPEG, PNG oder WebP, und auch dieser Browser kann es nicht lesen
refusal-heic = dieser Browser kann HEIC nicht lesen. Stellen Sie die Kamera auf „Maximale Kompatibilität“, oder sichern Sie das Foto als JPEG
refusal-svg = Zeichnungen in SVG werden nicht beschrieben
refusal-other = das Programm kann es nicht annehmen
refusal-no-pixels = das Bild hat keine Bildpunkte
refusal-too-large = das Bild hat { $width }x{ $height } Bildpunkte, mehr als die erlaubten 120 Millionen
refusal-damaged = die Datei ist beschädigt oder von einer Art, die hier nicht gelesen wird
refusal-unreadable = der Browser kann die Datei nicht mehr lesen: Sie wurde verschoben oder gelöscht
refusal-crashed = das Programm ist zweimal daran zusammengebrochen
said-caption = { $name }: { $text }
said-refused = { $name } hat keine Beschreibung: { $reason }
said-no-text = Noch gibt es keinen Text: Schreiben Sie einen, oder sagen Sie, dass es Dekoration ist.
said-none-yet = Sonst wartet noch nichts auf Sie.
said-all-reviewed = Alle Fotos sind geprüft.
said-undone = Rückgängig gemacht
said-taken = Text übernommen
said-end = Fertig. { $counts }
said-added = { $count ->
    [one] Ein Foto hinzugefügt
   *[other] { $count } Fotos hinzugefügt
}

# Die Wörter im Bild
read = Wörter darin lesen
reading = Die Wörter werden gelesen…
read-title = Wörter im Bild
read-lines = Wörter im Bild: { $count ->
    [one] eine Zeile
   *[other] { $count } Zeilen
}
read-none = Keine Wörter im Bild gefunden.
read-more = Es ist mehr Text darin, als von einem Bild gelesen wird.
read-take = Die Wörter als Alt-Text nehmen
read-failed = Die Wörter konnten nicht gelesen werden.
