# People and units, plans, connections, history, journal.
written-yes = Ja
written-no = Nei
written-empty = Tom
written-count = { $count ->
    [one] { $count } verdi
   *[other] { $count } verdier
}
until = til { $when }
pages-label = Sider i listen
pages-first = Til begynnelsen
pages-next = Neste
cycle-number = kjøring { $number }

kind-person = Person
kind-unit = Enhet
kind-group = Gruppe
kind-membership = Medlemskap
kind-engagement = Ansettelse
kind-account = Konto
life-active = Aktiv
life-leaving = På vei ut
life-gone = Borte

people-search = Søk etter en person eller en enhet
people-search-hint = Et navn eller en del av det, et brukernavn, en nøkkel eller en UUID.
people-find = Søk
people-found = { $count ->
    [one] { $count } funnet
   *[other] { $count } funnet
}
people-found-more = De første { $count }
people-narrow = Det er flere. Skriv mer for å finne den rette.
people-none-found = Ingen er kjent under det. Prøv en kortere del av navnet, eller brukernavnet.
people-name = Navn
people-kind = Type
people-state = Tilstand
people-objects = Objekter
people-nameless = Uten navn

did-errand = Synkroniseringen er satt i gang. Resultatet vises her når den er ferdig.
did-by-hand = Verdien er satt. Den gjelder fra neste kjøring.
did-taken-back = Verdien er tatt tilbake. Fra neste kjøring gjelder det kildene sier.
did-forgotten = Personen er glemt.

person-life-since = { $state } siden { $when }.
person-life-until = Borte fra { $when }.
person-request = Ønsket i { $target }:
person-acts = Hva du kan gjøre
person-overrides = Satt manuelt
person-values = Verdier og hvor de kommer fra
person-attribute = Opplysning
person-value = Verdi
person-from = Kommer fra
person-from-nobody = Ingen kilde
person-how = Hvordan
person-others = { $count ->
    [one] { $count } annen kilde sier noe annet
   *[other] { $count } andre kilder sier noe annet
}
person-template = Skrives av malen
person-other-from = fra { $object }:
person-targets = I mottakersystemene
person-no-targets = Ingen forbindelse mottar noe.
person-no-object = Har ikke noe objekt her.
person-seen-in = Sist sett i
person-holds = { $count ->
    [one] { $count } opplysning i systemet
   *[other] { $count } opplysninger i systemet
}
person-further = neste trinn { $when }
person-explain = Forklar
person-links = Objekter som står for den
person-no-links = Ikke noe objekt står for den.
person-object = Objekt
person-rule = Regel
person-since = Siden
person-operations = Endringer i mottakersystemene
person-no-operations = Det er ikke gjort noe.
person-history = Forløp
person-no-history = Det har ikke skjedd noe.
person-whole-journal = Alt om den i journalen

shadow-confirmed = Bekreftet
shadow-queued = Satt i kø
stage-missing = Mangler
stage-suspected = Kanskje borte
stage-disabled = Deaktivert
stage-removed = Fjernet
action-create = Opprett
action-update = Endre
action-delete = Slett
operation-draft = Kladd
operation-planned = Planlagt
operation-sent = Sendt
operation-done = Utført
operation-refused = Avvist av systemet
operation-deferred = Utsatt
operation-held-over = Venter på en annen dag
operation-dropped = Droppet
operation-action = Handling
operation-state = Tilstand
operation-object = Objekt
operation-changed = Endrer
operation-reason = Hvorfor
operation-cycle = Kjøring
operation-outcome = Systemets svar
journal-at = Tidspunkt
journal-event = Hendelse
journal-detail = Detaljer
event-created = Opprettet
event-changed = Endret
event-leaving = På vei ut
event-gone = Borte
event-returned = Kommet tilbake
event-linked = Koblet til et objekt
event-adopted = Objekt tatt i bruk
event-rekeyed = Fikk ny nøkkel
event-unlinked = Koblet fra et objekt
event-override-ended = Manuell verdi utløpt
event-overridden = Verdi satt manuelt
event-override-removed = Manuell verdi tatt tilbake
event-requested = Ønsket i et mottakersystem
event-cycle-begun = Kjøring startet
event-cycle-resumed = Kjøring gjenopptatt
event-promotion-announced = Skoleopprykk varslet
event-case-decided = Sak besvart
event-case-undone = Svar tatt tilbake
event-link-decided = Avgjort hvem et objekt står for
event-link-job = Sammenkobling bestilt
event-enrolment-reason = Begrunnelse for innmelding
event-connector-activated = Konnektor tatt i bruk
event-file-arrived = Fil levert
event-file-taken = Fil hentet fra innboksen
event-connections-checked = Systemer sjekket
event-enrolment-checked = Sjekk før innmelding bestilt
event-retried = Satt til nytt forsøk
event-exported = Opplysninger utlevert
event-erased = Opplysninger slettet
event-keys-rotated = Nøkler byttet
event-role-given = Rolle gitt
event-role-taken = Rolle fratatt
event-role-promised = Rolle lovet
event-promise-taken = Løfte om rolle tatt tilbake
event-link-made = Tilgangslenke laget
event-token-made = Token laget
event-token-revoked = Token trukket tilbake
event-enrolled = Innmeldt
event-released = Sluppet gjennom
event-released-as-promotion = Sluppet gjennom som skoleopprykk
event-approved-one-of-two = Godkjent av den første av to
event-rejected = Avvist
event-rejected-source-bad = Avvist, og leveransen er feil

attribute-uuid = UUID
attribute-national_id = Fødselsnummer
attribute-employee_number = Ansattnummer
attribute-student_number = Elevnummer
attribute-username = Brukernavn
attribute-given_name = Fornavn
attribute-family_name = Etternavn
attribute-display_name = Visningsnavn
attribute-nickname = Kallenavn
attribute-name = Navn
attribute-short_name = Kortnavn
attribute-email = E-post
attribute-phone = Telefon
attribute-mobile = Mobil
attribute-landline = Fasttelefon
attribute-location = Sted
attribute-birth_date = Fødselsdato
attribute-gender = Kjønn
attribute-parent = Overordnet
attribute-manager = Leder
attribute-person = Person
attribute-unit = Enhet
attribute-group = Gruppe
attribute-role = Rolle
attribute-kind = Type
attribute-job_function = Stilling
attribute-begin = Første dag
attribute-end = Siste dag
attribute-org_number = Organisasjonsnummer
attribute-p_number = P-nummer
attribute-ean = EAN-nummer

errand-title = Synkroniser nå
errand-what = Kildenes siste opplysninger om den føres videre til mottakersystemene med en gang, uten å vente på natten.
errand-target = Til
errand-all = Alle mottakersystemer
errand-distribute = Opprett den også der det bare skjer på forespørsel
errand-distribute-hint = Ønsket huskes til det er oppfylt.
errand-do = Synkroniser nå
by-hand-title = Sett en verdi manuelt
by-hand-what = Verdien går foran det kildene sier, til den utløper eller tas tilbake. Rett helst i kilden.
by-hand-attribute = Opplysning
by-hand-value = Verdi
by-hand-value-hint = Et tomt felt betyr at den ikke skal ha noen verdi.
by-hand-until = Til
by-hand-until-hint = Den første dagen kildene gjelder igjen. Uten dag gjelder verdien til den tas tilbake.
by-hand-do = Sett verdien
take-back-title = Ta verdien tilbake
take-back-do = Ta tilbake
export-title = Utlever alt som er lagret
export-what = En fil med alt som er lagret om den, også sensitive opplysninger. Det noteres i journalen at du har hentet den.
export-do = Hent filen
forget-title = Glem personen
forget-what = Alt som er lagret om personen, slettes. At noe har skjedd, blir stående i journalen, men ikke om hvem.
forget-not-yet = Først når ingen kilde kjenner personen lenger, og tilstanden er «Borte», kan den glemmes.
forget-reason-hint = Begrunnelsen blir stående. Ikke nevn personen i den.
forget-acknowledge = Jeg vet at det ikke kan angres
forget-do = Glem personen

operation-target = Mottakersystem
operation-class = Klasse
operation-key = Nøkkel
operation-entity = Person eller enhet
operation-id = Id
plan-none = Det finnes ingen plan ennå. Den første kjøringen lager en.
plan-open = Dette vil skje i mottakersystemene når planen utføres:
plan-carried-out = Dette skjedde i mottakersystemene da planen ble utført:
plan-nothing = Ingenting skal endres i mottakersystemene.
plan-counts = I tall
plan-count = Antall
plan-total = I alt
plan-operations = Endring for endring
plan-all = Alle
plan-filter = Vis
plan-csv = Hent som CSV
plan-csv-hint = CSV-filen inneholder alle de viste endringene, adskilt med semikolon, slik at norsk Excel åpner den direkte.
plan-entity = Se hvem
plan-no-such = Ingen endringer av den typen.

did-file = Filen er mottatt. En kjøring som venter på den, går videre.
did-file-replaced = Filen er mottatt og har erstattet den som lå der under samme navn. En kjøring som venter på den, går videre.
did-build = Forbindelsene bruker den nye utgaven fra neste kjøring.
did-build-back = Forbindelsene er tilbake på forrige utgave.
activated-title = Hva den valgte utgaven endrer
activated-first = Forbindelsen hadde ingen utgave før.
activated-same = Det er utgaven forbindelsen allerede brukte.
activated-nothing = Utgaven sier ikke noe annet om seg selv enn den forrige.
check-do = Sjekk forbindelsene nå
check-hint = Hvert system blir spurt om en kjøring kan gjennomføres. Ingenting endres.
checked-title = Resultat av sjekken
check-all-well = Alt er som det skal.
check-well = Sjekken fant ingenting.
finding-note = Merk
finding-warning = Advarsel
finding-failure = Feil
connections-none = Det er ingen forbindelser ennå.
role-source = Kilde
role-target = Mottaker
role-both = Kilde og mottaker
connection-unsigned = Ikke signert
connection-fixed = Fast utgave
connection-connector = Konnektor
connection-digest = Fingeravtrykk
connection-signer = Signert av
connection-nobody = Ingen
connection-credentials = Påloggingsopplysninger
connection-usage = Forbruk
connection-enrolment = Skrives først når den er innmeldt
used-requests = { $count ->
    [one] { $count } forespørsel
   *[other] { $count } forespørsler
}
used-refused = { $count ->
    [one] { $count } avvist
   *[other] { $count } avvist
}
used-bytes = sendt { $sent }, mottatt { $received }
used-machine = { $time } ms regnetid, høyst { $memory } minne
grants-title = Hva den får nå
grants-none = Ingenting.
grants-place = Sted
grants-purpose = Formål
grants-asked = Bedt om
grants-granted = Gitt
grants-used = Brukt
grants-remark = Merknad
grants-times = { $count ->
    [one] { $count } gang, sist { $when }
   *[other] { $count } ganger, sist { $when }
}
grants-never = Aldri
settings-title = Innstillinger
inbox-title = Innboks
file-take = Hent
file-take-noted = De inneholder personopplysninger: Journalen noterer hvem som henter dem.
builds-title = Utgaver av konnektorene
builds-for = Brukes av
builds-version = Versjon
builds-state = Tilstand
builds-in-use = I bruk
builds-ready = Installert
builds-vendor = Leverandør
builds-size = Størrelse
builds-installed = Installert
builds-none = Ingen utgave er installert.
builds-given = { $count ->
    [one] { $count } bytte hittil
   *[other] { $count } bytter hittil
}
builds-given-to = til { $connection }
builds-not-installed = Ikke installert lenger
builds-fixed = Versjonen står i konfigurasjonen og kan bare byttes der.
builds-activate = Ta en utgave i bruk
builds-back = Gå tilbake til forrige
builds-back-what = Forbindelsene bruker igjen utgaven de brukte før.

history-none = Det har ikke vært noen kjøring ennå.
history-chart = Endringer per kjøring
history-chart-desc = Tre rader med søyler for { $count } kjøringer, den nyeste til høyre: nye, endrede og fjernede objekter. De samme tallene står i tabellen nedenfor.
history-caption = Hver rad har sin egen målestokk.
history-added = Lagt til
history-changed = Endret
history-removed = Fjernet
history-done = Utført
history-refused = Avvist
history-nights = Kjøringene
history-state = Tilstand
history-began = Begynte
history-by-connection = Per forbindelse
history-usage = Forbruk per forbindelse i kjøring { $number }
history-usage-none = Ingen forbindelse har brukt noe.
history-connection = Forbindelse
history-requests = Forespørsler
history-let-out-not = Holdt tilbake
history-sent = Sendt
history-received = Mottatt
history-time = Regnetid
history-memory = Minne
night-running = Kjører
night-halted = Stanset
night-failed = Feilet
night-incomplete = Ikke avsluttet
night-done = Ferdig
night-rejected = Avvist
cycle-kind-errand = Synkronisert nå
cycle-kind-link = Sammenkobling
history-besides = Det som noen har bedt om innimellom, står i listen og er ikke tegnet med.

did-retry = Det prøves igjen i neste kjøring.
journal-what = Alt som har skjedd, og hvem som gjorde det. Postene er lenket sammen, slik at en endring i ettertid oppdages.
journal-entries = Poster
journal-entity = Bare om
journal-entity-hint = UUID-en til en person eller en enhet. Finn den under
journal-everybody = Vis alle
journal-unknown = Det er ikke en UUID. Søk frem personen, og følg lenken til journalen på personens side.
journal-none = Ingen poster.
journal-number = Nr.
journal-who = Hvem
journal-about = Om
journal-erased = Slettet
verify-do = Etterprøv journalen
verify-hint = Hele kjeden leses gjennom.
verify-sound = Journalen er slik den ble skrevet.
verify-unsound = { $count ->
    [one] Journalen er endret: { $count } feil
   *[other] Journalen er endret: { $count } feil
}
verify-counts = Poster: { $entries }. Herav med slettet innhold: { $erased }.
verify-newest = Den nyeste, nr. { $entry }, har kontrollsummen
verify-then = Fortell det til support, og la databasen være som den er.

findings-title = Objekter å se på
findings-what = Her er det noe som ikke stemmer. Rett det der det kommer fra. Et objekt forsvinner fra listen når en kjøring ser at det er rettet.
findings-none = Det er ingen objekter å se på.
findings-whom = Finn i katalogen

aside-title = Satt til side
aside-what = Objekter som ikke kunne behandles. De stanser ikke resten og prøves igjen av seg selv.
aside-none = Ingenting er satt til side.
aside-why = Hva som er galt
aside-remedy = Hva som må gjøres
aside-failures = { $count ->
    [one] { $count } forsøk
   *[other] { $count } forsøk
}
aside-due = Prøves igjen
aside-never = Ikke av seg selv
aside-retry = Prøv igjen
aside-retry-all = Prøv alle igjen

retention-title = Hvor lenge det lagres
retention-what = Det som er over tiden, slettes med dagens første kjøring.
retention-kept = Hva
retention-days = Dager
retention-forever = For alltid
retention-over = Over tiden
kept-gone-account = Kontoer som er borte
kept-gone-membership = Medlemskap som er borte
kept-gone-engagement = Ansettelser som er borte
kept-gone-person = Personer som er borte
kept-gone-group = Grupper som er borte
kept-gone-unit = Enheter som er borte
kept-operations = Utførte endringer
kept-cases = Besvarte saker og stansede endringer
kept-former = Nøkler på objekter som er borte
kept-names = Navn som er frigitt
kept-journal = Journalens detaljer

support-what = Det support trenger å vite om installasjonen. Det inneholder ingen personopplysninger.
support-download = Hent som fil
