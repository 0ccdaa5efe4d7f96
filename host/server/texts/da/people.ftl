# People and units, plans, connections, history, journal.
written-yes = Ja
written-no = Nej
written-empty = Tom
written-count = { $count ->
    [one] { $count } værdi
   *[other] { $count } værdier
}
until = indtil { $when }
pages-label = Sider i listen
pages-first = Til begyndelsen
pages-next = Næste
cycle-number = kørsel { $number }

kind-person = Person
kind-unit = Enhed
kind-group = Gruppe
kind-membership = Medlemskab
kind-engagement = Ansættelse
kind-account = Konto
life-active = Aktiv
life-leaving = På vej ud
life-gone = Væk

people-search = Søg efter en person eller en enhed
people-search-hint = Et navn eller en del af det, et brugernavn, en nøgle eller en UUID.
people-find = Søg
people-found = { $count ->
    [one] { $count } fundet
   *[other] { $count } fundet
}
people-found-more = De første { $count }
people-narrow = Der er flere. Skriv mere for at finde den rigtige.
people-none-found = Ingen kendes under det. Prøv med en kortere del af navnet, eller med brugernavnet.
people-name = Navn
people-kind = Slags
people-state = Tilstand
people-objects = Objekter
people-nameless = Uden navn

did-errand = Synkroniseringen er sat i gang. Resultatet ses her, når den er færdig.
did-by-hand = Værdien er sat. Den gælder fra næste kørsel.
did-taken-back = Værdien er taget tilbage. Fra næste kørsel gælder det, kilderne siger.
did-forgotten = Personen er glemt.

person-life-since = { $state } siden { $when }.
person-life-until = Væk fra { $when }.
person-request = Ønsket i { $target }:
person-acts = Hvad du kan gøre
person-overrides = Sat manuelt
person-values = Værdier og hvor de kommer fra
person-attribute = Oplysning
person-value = Værdi
person-from = Kommer fra
person-from-nobody = Ingen kilde
person-how = Hvordan
person-others = { $count ->
    [one] { $count } anden kilde siger noget andet
   *[other] { $count } andre kilder siger noget andet
}
person-template = Skrives af skabelonen
person-other-from = fra { $object }:
person-targets = I modtagersystemerne
person-no-targets = Ingen forbindelse modtager noget.
person-no-object = Har intet objekt her.
person-seen-in = Sidst set i
person-holds = { $count ->
    [one] { $count } oplysning i systemet
   *[other] { $count } oplysninger i systemet
}
person-further = næste trin { $when }
person-explain = Forklar
person-links = Objekter der står for den
person-no-links = Intet objekt står for den.
person-object = Objekt
person-rule = Regel
person-since = Siden
person-operations = Ændringer i modtagersystemerne
person-no-operations = Der er ikke gjort noget.
person-history = Forløb
person-no-history = Der er ikke sket noget.
person-whole-journal = Alt om den i journalen

shadow-confirmed = Bekræftet
shadow-queued = Sat i kø
stage-missing = Mangler
stage-suspected = Måske væk
stage-disabled = Deaktiveret
stage-removed = Fjernet
action-create = Opret
action-update = Ret
action-delete = Slet
operation-draft = Kladde
operation-planned = Planlagt
operation-sent = Sendt
operation-done = Udført
operation-refused = Afvist af systemet
operation-deferred = Udsat
operation-held-over = Venter på en anden dag
operation-dropped = Opgivet
operation-action = Handling
operation-state = Tilstand
operation-object = Objekt
operation-changed = Ændrer
operation-reason = Hvorfor
operation-cycle = Kørsel
operation-outcome = Systemets svar
journal-at = Tidspunkt
journal-event = Hændelse
journal-detail = Nærmere
event-created = Oprettet
event-changed = Ændret
event-leaving = På vej ud
event-gone = Væk
event-returned = Vendt tilbage
event-linked = Knyttet til et objekt
event-adopted = Objekt taget i brug
event-rekeyed = Fik ny nøgle
event-unlinked = Løst fra et objekt
event-override-ended = Manuel værdi udløbet
event-overridden = Værdi sat manuelt
event-override-removed = Manuel værdi taget tilbage
event-requested = Ønsket i et modtagersystem
event-cycle-begun = Kørsel begyndt
event-cycle-resumed = Kørsel genoptaget
event-promotion-announced = Skoleårsskifte varslet
event-case-decided = Sag besvaret
event-case-undone = Svar taget tilbage
event-link-decided = Afgjort, hvem et objekt står for
event-link-job = Sammenkædning bestilt
event-enrolment-reason = Begrundelse for tilmelding
event-connector-activated = Konnektor taget i brug
event-file-arrived = Fil leveret
event-file-taken = Fil hentet fra indbakken
event-connections-checked = Systemer tjekket
event-enrolment-checked = Tjek før tilmelding bestilt
event-retried = Sat til nyt forsøg
event-exported = Oplysninger udleveret
event-erased = Oplysninger slettet
event-keys-rotated = Nøgler skiftet
event-role-given = Rolle givet
event-role-taken = Rolle frataget
event-role-promised = Rolle lovet
event-promise-taken = Løfte om rolle taget tilbage
event-link-made = Adgangslink lavet
event-token-made = Token lavet
event-token-revoked = Token trukket tilbage
event-enrolled = Tilmeldt
event-released = Sluppet igennem
event-released-as-promotion = Sluppet igennem som skoleårsskifte
event-approved-one-of-two = Godkendt af den første af to
event-rejected = Afvist
event-rejected-source-bad = Afvist, og leverancen er forkert

attribute-uuid = UUID
attribute-national_id = CPR-nummer
attribute-employee_number = Medarbejdernummer
attribute-student_number = Elevnummer
attribute-username = Brugernavn
attribute-given_name = Fornavn
attribute-family_name = Efternavn
attribute-display_name = Vist navn
attribute-nickname = Kaldenavn
attribute-name = Navn
attribute-short_name = Kortnavn
attribute-email = E-mail
attribute-phone = Telefon
attribute-mobile = Mobil
attribute-landline = Fastnet
attribute-location = Sted
attribute-birth_date = Fødselsdag
attribute-gender = Køn
attribute-parent = Overordnet
attribute-manager = Leder
attribute-person = Person
attribute-unit = Enhed
attribute-group = Gruppe
attribute-role = Rolle
attribute-kind = Slags
attribute-job_function = Stilling
attribute-begin = Første dag
attribute-end = Sidste dag
attribute-org_number = CVR-nummer
attribute-p_number = P-nummer
attribute-ean = EAN-nummer

errand-title = Synkroniser nu
errand-what = Kildernes seneste oplysninger om den føres videre til modtagersystemerne med det samme, uden at vente på natten.
errand-target = Til
errand-all = Alle modtagersystemer
errand-distribute = Opret den også der, hvor det kun sker efter ønske
errand-distribute-hint = Ønsket huskes, til det er opfyldt.
errand-do = Synkroniser nu
by-hand-title = Sæt en værdi manuelt
by-hand-what = Værdien går forud for det, kilderne siger, indtil den udløber eller tages tilbage. Ret helst i kilden.
by-hand-attribute = Oplysning
by-hand-value = Værdi
by-hand-value-hint = Et tomt felt betyder, at den ikke skal have nogen værdi.
by-hand-until = Indtil
by-hand-until-hint = Den første dag, hvor kilderne gælder igen. Uden dag gælder værdien, til den tages tilbage.
by-hand-do = Sæt værdien
take-back-title = Tag værdien tilbage
take-back-do = Tag tilbage
export-title = Udlever alt, der er gemt
export-what = En fil med alt, der er gemt om den, også følsomme oplysninger. Det noteres i journalen, at du har hentet den.
export-do = Hent filen
forget-title = Glem personen
forget-what = Alt, der er gemt om personen, slettes. At noget er sket, bliver stående i journalen, men ikke om hvem.
forget-not-yet = Først når ingen kilde kender personen længere, og tilstanden er „Væk“, kan der glemmes.
forget-reason-hint = Begrundelsen bliver stående. Nævn ikke personen i den.
forget-acknowledge = Jeg ved, at det ikke kan fortrydes
forget-do = Glem personen

operation-target = Modtagersystem
operation-class = Klasse
operation-key = Nøgle
operation-entity = Person eller enhed
operation-id = Id
plan-none = Der er endnu ingen plan. Den første kørsel laver en.
plan-open = Det her vil ske i modtagersystemerne, når planen udføres:
plan-carried-out = Det her skete i modtagersystemerne, da planen blev udført:
plan-nothing = Intet skal ændres i modtagersystemerne.
plan-counts = I tal
plan-count = Antal
plan-total = I alt
plan-operations = Ændring for ændring
plan-all = Alle
plan-filter = Vis
plan-csv = Hent som CSV
plan-csv-hint = CSV-filen indeholder alle de viste ændringer, adskilt af semikolon, så Excel på dansk åbner den direkte.
plan-entity = Se hvem
plan-no-such = Ingen ændringer af den slags.

did-file = Filen er modtaget. En kørsel, der venter på den, går videre.
did-file-replaced = Filen er modtaget og har erstattet den, der lå der under samme navn. En kørsel, der venter på den, går videre.
did-build = Forbindelserne bruger den nye udgave fra næste kørsel.
did-build-back = Forbindelserne er tilbage på den forrige udgave.
activated-title = Hvad den valgte udgave ændrer
activated-first = Forbindelsen havde ingen udgave før.
activated-same = Det er den udgave, forbindelsen allerede brugte.
activated-nothing = Udgaven siger ikke andet om sig selv end den forrige.
check-do = Tjek forbindelserne nu
check-hint = Hvert system spørges, om en kørsel kan gennemføres. Intet ændres.
checked-title = Resultat af tjekket
check-all-well = Alt er, som det skal være.
check-well = Tjekket fandt intet.
finding-note = Bemærk
finding-warning = Advarsel
finding-failure = Fejl
connections-none = Der er ingen forbindelser endnu.
role-source = Kilde
role-target = Modtager
role-both = Kilde og modtager
connection-unsigned = Ikke signeret
connection-fixed = Fast udgave
connection-connector = Konnektor
connection-digest = Fingeraftryk
connection-signer = Signeret af
connection-nobody = Ingen
connection-credentials = Adgangsoplysninger
connection-usage = Forbrug
connection-enrolment = Skrives først, når den er tilmeldt
used-requests = { $count ->
    [one] { $count } forespørgsel
   *[other] { $count } forespørgsler
}
used-refused = { $count ->
    [one] { $count } afvist
   *[other] { $count } afvist
}
used-bytes = sendt { $sent }, modtaget { $received }
used-machine = { $time } ms regnetid, højst { $memory } hukommelse
grants-title = Hvad den må nå
grants-none = Ingenting.
grants-place = Sted
grants-purpose = Formål
grants-asked = Bedt om
grants-granted = Givet
grants-used = Brugt
grants-remark = Bemærkning
grants-times = { $count ->
    [one] { $count } gang, senest { $when }
   *[other] { $count } gange, senest { $when }
}
grants-never = Aldrig
settings-title = Indstillinger
inbox-title = Indbakke
file-take = Hent
file-take-noted = De indeholder personoplysninger: Journalen noterer, hvem der henter dem.
builds-title = Udgaver af konnektorerne
builds-for = Bruges af
builds-version = Version
builds-state = Tilstand
builds-in-use = I brug
builds-ready = Installeret
builds-vendor = Leverandør
builds-size = Størrelse
builds-installed = Installeret
builds-none = Ingen udgave er installeret.
builds-given = { $count ->
    [one] { $count } skift hidtil
   *[other] { $count } skift hidtil
}
builds-given-to = til { $connection }
builds-not-installed = Ikke installeret længere
builds-fixed = Versionen står i konfigurationen og kan kun skiftes der.
builds-activate = Tag en udgave i brug
builds-back = Gå tilbage til den forrige
builds-back-what = Forbindelserne bruger igen den udgave, de brugte før.

history-none = Der har ikke været nogen kørsel endnu.
history-chart = Ændringer pr. kørsel
history-chart-desc = Tre rækker søjler for { $count } kørsler, den nyeste til højre: tilføjede, ændrede og fjernede objekter. De samme tal står i tabellen nedenfor.
history-caption = Hver række har sin egen målestok.
history-added = Tilføjet
history-changed = Ændret
history-removed = Fjernet
history-done = Udført
history-refused = Afvist
history-nights = Kørslerne
history-state = Tilstand
history-began = Begyndte
history-by-connection = Pr. forbindelse
history-usage = Forbrug pr. forbindelse i kørsel { $number }
history-usage-none = Ingen forbindelse har brugt noget.
history-connection = Forbindelse
history-requests = Forespørgsler
history-let-out-not = Holdt tilbage
history-sent = Sendt
history-received = Modtaget
history-time = Regnetid
history-memory = Hukommelse
night-running = Kører
night-halted = Standset
night-failed = Fejlet
night-incomplete = Ikke afsluttet
night-done = Færdig
night-rejected = Afvist
cycle-kind-errand = Synkroniseret nu
cycle-kind-link = Sammenkædning
history-besides = Det, som nogen har bedt om ind imellem, står på listen og er ikke tegnet med.

did-retry = Det prøves igen i næste kørsel.
journal-what = Alt, hvad der er sket, og hvem der gjorde det. Posterne er kædet sammen, så en ændring bagefter opdages.
journal-entries = Poster
journal-entity = Kun om
journal-entity-hint = UUID'en for en person eller en enhed. Find den under
journal-everybody = Vis alle
journal-unknown = Det er ikke en UUID. Søg personen frem, og følg linket til journalen på personens side.
journal-none = Ingen poster.
journal-number = Nr.
journal-who = Hvem
journal-about = Om
journal-erased = Slettet
verify-do = Efterprøv journalen
verify-hint = Hele kæden læses igennem.
verify-sound = Journalen er, som den blev skrevet.
verify-unsound = { $count ->
    [one] Journalen er ændret: { $count } fejl
   *[other] Journalen er ændret: { $count } fejl
}
verify-counts = Poster: { $entries }. Heraf med slettet indhold: { $erased }.
verify-newest = Den nyeste, nr. { $entry }, har kontrolsummen
verify-then = Fortæl det til support, og lad databasen være, som den er.

findings-title = Objekter at se efter
findings-what = Her er der noget, der ikke stemmer. Ret det, hvor det kommer fra. Et objekt forsvinder fra listen, når en kørsel ser, at det er rettet.
findings-none = Der er ingen objekter at se efter.
findings-whom = Find i kataloget

aside-title = Sat til side
aside-what = Objekter, der ikke kunne behandles. De standser ikke resten og prøves igen af sig selv.
aside-none = Intet er sat til side.
aside-why = Hvad der er galt
aside-remedy = Hvad der skal gøres
aside-failures = { $count ->
    [one] { $count } forsøg
   *[other] { $count } forsøg
}
aside-due = Prøves igen
aside-never = Ikke af sig selv
aside-retry = Prøv igen
aside-retry-all = Prøv alle igen

retention-title = Hvor længe det gemmes
retention-what = Det, der er over tiden, slettes med dagens første kørsel.
retention-kept = Hvad
retention-days = Dage
retention-forever = For altid
retention-over = Over tiden
kept-gone-account = Konti, der er væk
kept-gone-membership = Medlemskaber, der er væk
kept-gone-engagement = Ansættelser, der er væk
kept-gone-person = Personer, der er væk
kept-gone-group = Grupper, der er væk
kept-gone-unit = Enheder, der er væk
kept-operations = Udførte ændringer
kept-cases = Besvarede sager og standsede ændringer
kept-former = Nøgler på objekter, der er væk
kept-names = Navne, der er givet fri
kept-journal = Journalens enkeltheder

support-what = Det, support skal vide om installationen. Det indeholder ingen personoplysninger.
support-download = Hent som fil
