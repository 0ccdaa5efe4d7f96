# What the cycle's pages say: steps, waits, halts, cases, enrolment.

# The cycle and its steps.
cycle-title = Kjøring { $id }
cycle-began = Startet { $when }.
cycle-ended = Sluttet { $when }.
cycle-next = Neste kjøring: { $when }.
cycle-newest = Til den nyeste kjøringen
cycle-done = Kjøringen ble ferdig { $when }. Alle trinn er gjennomført.
cycle-rejected = Kjøringen ble avvist { $when }. Ingenting av det som ble stanset, er tatt i bruk.
cycle-running = Kjøringen har vært i gang siden { $when }. Siden oppdateres av seg selv.
cycle-paused = Kjøringen startet { $when } og er ikke ferdig. Den fortsetter når den kjøres igjen.
cycle-state-halted = Kjøringen er stanset og venter på en avgjørelse.
cycle-state-failed = Kjøringen kunne ikke gjennomføres.
cycle-state-incomplete = Kjøringen er ferdig, men ikke alle systemer fikk det de skulle ha. Resten følger i neste kjøring.
step-fetch = Hent
step-link = Sammenkobling
step-link-tried = Prøve av sammenkobling
step-number = Trinn { $number } av { $of }
step-attempt = { $number }. forsøk
step-time = Tid:
step-progress = Så langt er trinnet kommet
said-step = { $step }: { $look }
count-read = { $count } lest
count-added = { $count } nye
count-changed = { $count } endret
count-removed = { $count } borte
count-planned = { $count } planlagt
count-done = { $count } utført
count-refused = { $count } avvist

# What a cycle waits for: what, since when, who can act, what to do, the way to support.
wait-guard-import = Importen endrer mer enn den får uten en avgjørelse
wait-guard-plan = Planen for { $system } endrer mer enn den får uten en avgjørelse
wait-stop-refused = Data fra { $system } motsier seg selv. Ingenting av det er tatt i bruk
wait-stop-breaker = { $system } avviste så mange endringer at resten venter til neste kjøring
wait-fault-invalid-settings = Tilkoblingen til { $system } har innstillinger som ikke kan brukes
wait-fault-unauthorised = { $system } godtar ikke påloggingsopplysningene, eller de mangler en rettighet
wait-fault-unreachable = { $system } kan ikke nås eller er ute av drift
wait-fault-rate-limited = { $system } ber om en pause
wait-fault-waiting-for-data = Venter på data fra { $system }
wait-fault-invalid-data = { $system } leverte noe som ikke kan stemme. Ingenting av det er tatt i bruk
wait-fault-resync-required = { $system } må leses helt på nytt
wait-fault-unsupported = Konnektoren til { $system } kan ikke utføre trinnet
wait-fault-internal = Konnektoren til { $system } melder om en feil i seg selv
wait-fault-trap = Konnektoren til { $system } krasjet
wait-fault-out-of-cpu = Konnektoren til { $system } brukte mer regnetid enn den får
wait-fault-out-of-time = Et kall til { $system } tok lengre tid enn det får
wait-fault-out-of-memory = Konnektoren til { $system } ville bruke mer minne enn den får
wait-fault-contract-violation = Konnektoren til { $system } fulgte ikke reglene for konnektorer
wait-fault-not-loadable = Konnektoren til { $system } kan ikke lastes
wait-fault-not-granted = Konnektoren til { $system } mangler en tillatelse
wait-since = Siden { $when }.
wait-usual = Kommer vanligvis rundt kl. { $when }.
wait-you = Du kan handle.
wait-operator = En operatør i kommunen kan handle.
wait-approver = En godkjenner i kommunen må avgjøre det.
where-approver = Det skjer på siden med det som er stanset, som knappen nedenfor fører til.
where-operator = En operatør finner knappene under «{ $acts }» på denne siden.
wait-for-system = De som har ansvaret for { $system }, må handle.
wait-for-connector-vendor = Leverandøren av konnektoren til { $system } må handle.
wait-for-support = Du kan ikke gjøre noe her. Brukerstøtte må se på det.
wait-support = Trenger du hjelp? Kontakt brukerstøtte og oppgi { $reference }.
wait-log = Hent forløpet som en fil til brukerstøtte
act-guard = Se gjennom endringene, og avgjør om de skal slippes gjennom eller avvises.
act-stop-refused = Få dataene levert på nytt, og kjør igjen.
act-stop-breaker = Finn ut hvorfor systemet avviser, og kjør igjen.
act-fault-invalid-settings = Rett tilkoblingens innstillinger, og kjør igjen.
act-fault-unauthorised = Forny påloggingsopplysningene, eller gi dem rettigheten som nevnes nedenfor, og kjør igjen.
act-fault-unreachable = Det prøves på nytt av seg selv. Sjekk i mellomtiden om { $system } er oppe og kan nås herfra.
act-fault-rate-limited = Det prøves på nytt av seg selv når pausen er over.
act-fault-waiting-for-data = Kjøringen fortsetter av seg selv når dataene kommer. Spør dem som har ansvaret for { $system }, om leveringen hvis det tar for lang tid.
act-upload = Sørg for at { $system } leverer filen sin, eller last den opp her på siden. Kjøringen fortsetter av seg selv når filen er her.
act-fault-invalid-data = Få dataene levert på nytt fra { $system }, og kjør igjen.
act-fault-resync-required = Kjør igjen. Neste lesing blir en full lesing.
act-fault-unsupported = Fjern trinnet, eller bruk en konnektor som kan utføre det.
act-fault-internal = Send meldingen nedenfor til leverandøren. I mellomtiden kan det hjelpe å gå tilbake til konnektorens forrige utgave.
act-fault-trap = Send meldingen nedenfor til leverandøren. I mellomtiden kan det hjelpe å gå tilbake til konnektorens forrige utgave.
act-fault-out-of-cpu = Hev tilkoblingens grense hvis datamengden forklarer det, og kjør igjen.
act-fault-out-of-time = Hev tilkoblingens grense hvis datamengden forklarer det, og kjør igjen.
act-fault-out-of-memory = Hev tilkoblingens grense hvis datamengden forklarer det, og kjør igjen.
act-fault-contract-violation = Send meldingen nedenfor til leverandøren. I mellomtiden kan det hjelpe å gå tilbake til konnektorens forrige utgave.
act-fault-not-loadable = Installer en utgave av konnektoren som kan lastes, og kjør igjen.
act-fault-not-granted = Gi tilkoblingen tillatelsen hvis konnektoren skal ha den, og kjør igjen.

# What the reader may do.
acts = Handlinger
act-run = Kjør nå
act-plan = Lag bare planen
act-run-hint = «Kjør nå» fortsetter en stanset kjøring der den slapp. «Lag bare planen» skriver ikke i noe system.
did-cycle = Kjøringen er satt i gang.
did-plan = Planen er under arbeid.
did-promotion = Skoleopprykket er meldt.
upload-title = Lever en fil: { $system }
upload-file = Fil
upload-replaces = En fil med samme navn erstattes.
upload-most = Høyst { $most }.
upload-send = Lever
upload-none = Ingen fil venter.
upload-waiting = { $count ->
    [one] { $count } fil venter:
   *[other] { $count } filer venter:
}
promotion-title = Meld skoleopprykk
promotion-lead = Når elevene rykker opp, endrer nesten alt seg på én gang. Meld det på forhånd, så stanser ikke importen for det. Det gjelder én import, og bare hvis den ligner et opprykk.
promotion-source = Kilde
promotion-days = Hvor mange dager det kan skje innenfor (1–45)
promotion-announce = Meld skoleopprykket
promotion-state-open = Åpent
promotion-state-used = Brukt
promotion-state-expired = Utløpt
promotions = Meldte skoleopprykk
around = Ved siden av
around-cases = { $count ->
    [one] { $count } sak venter på svar
   *[other] { $count } saker venter på svar
}
around-findings = { $count ->
    [one] { $count } objekt bør ses på av en person
   *[other] { $count } objekter bør ses på av en person
}
around-quarantined = { $count ->
    [one] { $count } objekt er satt til side og prøves igjen
   *[other] { $count } objekter er satt til side og prøves igjen
}
around-unsigned = Konnektorer uten signatur: { $names }
decisions = Avgjørelser
by-at = { $who }, { $when }
verdict-released = Sluppet gjennom
verdict-released-as-promotion = Sluppet gjennom som skoleopprykk
verdict-approved-one-of-two = Godkjent av den første av to
verdict-rejected = Avvist
verdict-rejected-source-bad = Avvist, og leveransen er merket som dårlig
usage-title = Hva konnektorene brukte
usage-step = Trinn
usage-cpu = Regnetid
usage-memory = Minne
usage-requests = Kall
usage-refused = Nektet
usage-sent = Sendt
usage-received = Mottatt
to-the-cycle = Til kjøringen

# Changes, limits and values.
change-emptied = tømt
change-older = eldre leveranse
change-removed = borte
change-key-changed = ny nøkkel
change-moved = flyttet
change-added = ny
change-deactivated = stengt
change-changed = endret
change-attribute = endret: { $name }
trip-emptied = ingenting er igjen av { $of } { $what }
trip-older = leveransen er eldre enn den som sist ble tatt i bruk
trip-removed = { $count } av { $of } { $what } forsvinner ({ $share } %)
trip-key-changed = { $count } av { $of } { $what } får en annen nøkkel ({ $share } %)
trip-moved = { $count } av { $of } { $what } flytter ({ $share } %)
trip-added = { $count } nye { $what } kommer til de { $of }
trip-deactivated = { $count } av { $of } { $what } stenges ({ $share } %)
trip-attribute = { $count } av { $of } { $what } får en annen verdi i { $name } ({ $share } %)
trip-where = – i { $where }
trip-limit = (grense: { $limit } og { $percent } %)
trip-limit-count = (grense: { $limit })
trip-hard = Krever to personer.
subject-school = skoler
subject-unit = enheter
subject-person = personer
subject-group = grupper
subject-engagement = tilknytninger
subject-membership = medlemskap
subject-account = kontoer
value-empty = tom
value-yes = ja
value-no = nei
before = før:
after = etter:

# What a guard has halted.
halt-title = Stanset
halt-open = Se hva som er stanset, og avgjør det
halt-look = Se hva som er stanset
halt-nothing = Ingenting er stanset.
halt-import = Importen er stanset
halt-plan = Planen er stanset
halt-lead = Endringene er flere enn det som kan skje uten en avgjørelse. Ingenting av dem er tatt i bruk, og ingenting er sendt videre.
halt-two = Det krever to personer.
halt-two-none = Endringene slippes først gjennom når to forskjellige personer har sagt ja.
halt-two-one = { $who } har sagt ja. En annen person må si det samme.
halt-two-you = Du har sagt ja. En annen person må si det samme.
halt-first-said = Ditt ja er lagret. En annen person må si det samme.
halt-first = Den første importen. Den må alltid godkjennes av en person.
halt-accepted = Sammenlignet med det som ble tatt i bruk { $when }.
halt-announced = Et skoleopprykk er meldt for denne tiden.
halt-promotion-yes = Det ligner et skoleopprykk.
halt-promotion-no = Det ligner ikke et skoleopprykk.
halt-promotion-up = { $up } av de { $stay } elevene som blir, rykker opp ett trinn.
halt-promotion-left = { $top } av de { $left } elevene som slutter, gikk på øverste trinn.
halt-counts = Endringer fordelt på skole og klasse, flest først: { $system }
halt-cell = Skole eller sted
halt-no-cell = Uten sted
halt-class = Objekter
halt-change = Endring
halt-count = Antall
halt-of = Av
halt-share = Andel
halt-further = { $count ->
    [one] Og { $count } sted til med færre endringer.
   *[other] Og { $count } steder til med færre endringer.
}
halt-sample = Eksempler, før og etter ({ $count })
halt-key = Nøkkel
halt-turn = Før og etter
halt-search = Søk i alt det stansede
halt-find = Søk etter
halt-find-go = Søk
halt-find-hint = En nøkkel, en skole eller en verdi. Et tomt felt viser alt.
halt-found = Funnet i det stansede
halt-found-none = Ingenting i det stansede passer.
halt-found-none-yet = Ingenting funnet ennå: { $looked } endringer er sett gjennom på denne siden, og det er flere.
halt-look-on = Søk videre
page-first = Til første side
page-next = Neste side
halt-decide = Avgjør
halt-choose = Hva skal skje med endringene?
halt-release = Slipp gjennom.
halt-release-hint = Endringene er riktige. Det gjelder akkurat disse, én gang.
halt-promotion = Slipp gjennom som skoleopprykk.
halt-promotion-hint = Bare det et skoleopprykk forklarer, slippes gjennom.
halt-reject = Avvis.
halt-reject-hint = Alt blir som det var. Neste kjøring leser på nytt.
halt-reject-source = Avvis leveransen.
halt-reject-source-hint = Det leverte er feil og leses ikke igjen. Kilden må levere på nytt.
halt-send = Lagre avgjørelsen
halt-bound = Avgjørelsen gjelder bare det denne siden viser:

# Cases.
cases-lead = Samklang gjetter aldri. Der flere kan være den samme, eller noe er i tvil, svarer en person. Resten av kjøringen går videre imens.
cases-show-open = Åpne
cases-show-all = Alle
cases-none = Ingen saker venter.
case-title = Sak { $id }
case-back = Til sakene
case-whom = Om
case-question = Spørsmål
case-object = Objekt
case-entity = I katalogen
case-candidates = Muligheter
case-opened = Stilt
case-since = Uten plass siden
case-state = Tilstand
case-who = Besvart av
case-state-open = Åpen
case-state-decided = Besvart
case-state-withdrawn = Bortfalt
case-side-source = (kilde)
case-side-target = (målsystem)
case-kind-ambiguous = Flere muligheter
case-kind-linked-to-another = Hører alt til et annet objekt
case-kind-near-miss = Nesten like
case-kind-found = Funnet, må bekreftes
case-kind-absent = Ingen funnet
case-kind-twin = Samme verdi som en annen
case-kind-removal = Hva skal skje med objektet?
case-ask-ambiguous = Hvem er { $name }? Flere passer
case-ask-linked-to-another = Er { $name } den som alt hører til et annet objekt?
case-ask-near-miss = Er { $name } den samme? Bare skrivemåten er forskjellig
case-ask-found = Er det den riktige: { $name }?
case-ask-absent = Ingen passer til { $name }. Skal en ny opprettes?
case-ask-twin = Er { $name } én eller to? En verdi er den samme som en annens
case-ask-removal = { $name } har ikke lenger plass i målsystemet. Hva skal skje med objektet?
case-compare = Side om side. ≠ forskjellig, = lik
case-attribute = Opplysning
case-this = Objektet
case-candidate = Mulighet { $number }
case-rule = Funnet ved
case-near = Bare skrivemåten er forskjellig
case-holder = Har alt
case-key = Nøkkel i målsystemet
case-as-candidate = som muligheten
case-differs = forskjellig
case-agrees = lik
case-answer = Svar
case-choose = Hva er riktig?
case-send = Lagre svaret
case-hint = Svaret følges i neste kjøring. Inntil da kan det tas tilbake.
case-undo = Ta svaret tilbake
case-undo-lead = Ingen kjøring har fulgt svaret ennå. Saken åpnes igjen.
case-final = En kjøring har fulgt svaret; det kan ikke lenger tas tilbake.
choose-link = Det er mulighet { $number }: { $name }
choose-source-create = Det er ingen av dem: opprett en ny i katalogen
choose-source-ignore = La objektet ligge; det blir ikke brukt
choose-target-create = Det er ingen av dem: opprett et nytt objekt i målsystemet
choose-target-ignore = Ikke gjør noe i målsystemet
choose-target-delete = Slett objektet i målsystemet
choose-target-deactivate = Steng objektet i målsystemet, men behold det
choose-target-detach = Slipp objektet: det blir i målsystemet og følges ikke opp lenger
choose-target-keep = Behold objektet som det er
choice-link = Samme
choice-create = Ny
choice-ignore = La ligge
choice-delete = Slettes
choice-deactivate = Stenges
choice-detach = Slippes
choice-keep = Beholdes

# Enrolment of targets.
enrol-lead = Et målsystem med egne brukere og enheter blir først skrevet til når det er innmeldt. Sjekken viser om innmelding er mulig. Den endrer ingenting.
enrol-none = Ingen målsystemer skal meldes inn.
enrol-is = Innmeldt { $when } av { $who }.
enrol-night = Brukere og enheter synkroniseres hver natt.
enrol-left-out = { $count ->
    [one] { $count } bruker som ikke passet, ble holdt utenfor. Brukeren kommer med av seg selv når nøklene stemmer.
   *[other] { $count } brukere som ikke passet, ble holdt utenfor. De kommer med av seg selv når nøklene stemmer.
}
enrol-preview = Se hva den første natten ville overskrive
enrol-not = Ikke innmeldt
enrol-not-hint = Ingenting skrives i systemet.
enrol-checking = Sjekken pågår: alle enheter og brukere sammenlignes.
enrol-check = Sjekk om innmelding er mulig
enrol-check-again = Sjekk igjen
enrol-failed = Sjekken kunne ikke gjennomføres
enrol-possible = Innmelding er mulig.
enrol-valid = Resultatet gjelder til { $when }.
enrol-impossible = { $count ->
    [one] Innmelding er ikke mulig: { $count } enhet sperrer.
   *[other] Innmelding er ikke mulig: { $count } enheter sperrer.
}
enrol-impossible-hint = Rett dem i kilden eller i { $system }, og sjekk igjen.
enrol-result = Resultat av innmeldingssjekken
enrol-checked-at = Sjekket { $when }.
enrol-numbers = Sjekken i tall
enrol-checked = Sett på
enrol-ok = Stemmer
enrol-differ = Stemmer ikke
enrol-attention = Herav i bruk
enrol-units = Enheter
enrol-users = Brukere
enrol-category-unit-blocking = Enheter som sperrer for innmelding
enrol-category-user-not-syncable = Brukere som ikke kan synkroniseres
enrol-category-unit-ok = Enheter som stemmer, med en merknad
enrol-name = Navn
enrol-why = Hvorfor
enrol-target-has = I målsystemet
enrol-source-has = I kilden
enrol-active = I bruk
enrol-reason-unit-only-in-target = Finnes bare i målsystemet
enrol-reason-unit-only-in-source = Finnes bare i kilden
enrol-reason-unit-type-differs = Typen er forskjellig
enrol-reason-unit-key-differs = Samme navn, annen nøkkel
enrol-reason-unit-parent-differs = Ligger under en annen enhet
enrol-reason-unit-name-differs = Navnet er forskjellig; første natt overskriver det
enrol-reason-unit-inactive-in-source = Nedlagt i kilden
enrol-reason-unit-ambiguous = Flere kan være den
enrol-reason-user-only-in-target = Finnes bare i målsystemet
enrol-reason-user-key-differs = Samme person, annen brukernøkkel/UUID
enrol-reason-user-inactive-in-source = Ikke aktiv i kilden
enrol-reason-user-ambiguous = Flere kan være brukeren
enrol-legend = Meld inn synkronisering til { $system }
enrol-final = Innmeldingen er endelig og kan ikke angres.
enrol-left-out-if = { $count ->
    [one] { $count } bruker kan ikke synkroniseres og holdes utenfor.
   *[other] { $count } brukere kan ikke synkroniseres og holdes utenfor.
}
enrol-wait = { $count ->
    [one] { $count } av dem er i bruk: vent med innmeldingen hvis brukeren fortsatt skal ha tilgang.
   *[other] { $count } av dem er i bruk: vent med innmeldingen hvis de fortsatt skal ha tilgang.
}
enrol-acknowledge = { $count ->
    [one] Jeg vet at { $count } bruker holdes utenfor.
   *[other] Jeg vet at { $count } brukere holdes utenfor.
}
enrol-understand = Jeg vet at innmeldingen er endelig.
enrol-do = Meld inn { $system }
