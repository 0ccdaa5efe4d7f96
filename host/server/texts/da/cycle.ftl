# What the cycle's pages say: steps, waits, halts, cases, enrolment.

# The cycle and its steps.
cycle-title = Kørsel { $id }
cycle-began = Begyndte { $when }.
cycle-ended = Sluttede { $when }.
cycle-next = Næste kørsel: { $when }.
cycle-newest = Til den nyeste kørsel
cycle-done = Kørslen blev færdig { $when }. Alle trin er gennemført.
cycle-rejected = Kørslen blev afvist { $when }. Intet af det standsede er taget i brug.
cycle-running = Kørslen er i gang siden { $when }. Siden følger selv med.
cycle-paused = Kørslen begyndte { $when } og er ikke færdig. Den fortsætter, når den køres igen.
cycle-state-halted = Kørslen er standset og venter på en afgørelse.
cycle-state-failed = Kørslen kunne ikke gennemføres.
cycle-state-incomplete = Kørslen er færdig, men ikke alle systemer fik det, de skulle have. Resten følger i næste kørsel.
step-fetch = Hent
step-link = Sammenkædning
step-link-tried = Prøve af sammenkædning
step-number = Trin { $number } af { $of }
step-attempt = { $number }. forsøg
step-time = Tid:
step-progress = Så langt er trinet
said-step = { $step }: { $look }
count-read = { $count } læst
count-added = { $count } nye
count-changed = { $count } ændret
count-removed = { $count } væk
count-planned = { $count } planlagt
count-done = { $count } udført
count-refused = { $count } afvist

# What a cycle waits for: what, since when, who can act, what to do, the way to support.
wait-guard-import = Importen ændrer mere, end den må uden en afgørelse
wait-guard-plan = Planen for { $system } ændrer mere, end den må uden en afgørelse
wait-stop-refused = Data fra { $system } modsiger sig selv. Intet af det er taget i brug
wait-stop-breaker = { $system } afviste så mange ændringer, at resten venter til næste kørsel
wait-fault-invalid-settings = Forbindelsen til { $system } har indstillinger, der ikke kan bruges
wait-fault-unauthorised = { $system } godtager ikke adgangsoplysningerne, eller de mangler en rettighed
wait-fault-unreachable = { $system } kan ikke nås eller er ude af drift
wait-fault-rate-limited = { $system } beder om en pause
wait-fault-waiting-for-data = Venter på data fra { $system }
wait-fault-invalid-data = { $system } leverede noget, der ikke kan være rigtigt. Intet af det er taget i brug
wait-fault-resync-required = { $system } skal læses helt forfra
wait-fault-unsupported = Konnektoren til { $system } kan ikke udføre trinet
wait-fault-internal = Konnektoren til { $system } melder om en fejl i sig selv
wait-fault-trap = Konnektoren til { $system } gik ned
wait-fault-out-of-cpu = Konnektoren til { $system } brugte mere regnetid, end den må
wait-fault-out-of-time = Et kald til { $system } tog længere tid, end det må
wait-fault-out-of-memory = Konnektoren til { $system } ville bruge mere hukommelse, end den må
wait-fault-contract-violation = Konnektoren til { $system } holdt sig ikke til reglerne for konnektorer
wait-fault-not-loadable = Konnektoren til { $system } kan ikke indlæses
wait-fault-not-granted = Konnektoren til { $system } mangler en tilladelse
wait-since = Siden { $when }.
wait-usual = Kommer normalt omkring kl. { $when }.
wait-you = Du kan handle.
wait-operator = En operatør i kommunen kan handle.
wait-approver = En godkender i kommunen skal afgøre det.
where-approver = Det sker på siden med det standsede, som knappen herunder fører til.
where-operator = En operatør finder knapperne under ”{ $acts }” på denne side.
wait-for-system = De, der står for { $system }, skal handle.
wait-for-connector-vendor = Leverandøren af konnektoren til { $system } skal handle.
wait-for-support = Du kan ikke gøre noget her. Support skal se på det.
wait-support = Brug for hjælp? Kontakt support, og oplys { $reference }.
wait-log = Hent forløbet som en fil til support
act-guard = Se ændringerne igennem, og afgør, om de skal slippes igennem eller afvises.
act-stop-refused = Få data leveret på ny, og kør igen.
act-stop-breaker = Find ud af, hvorfor systemet afviser, og kør igen.
act-fault-invalid-settings = Ret forbindelsens indstillinger, og kør igen.
act-fault-unauthorised = Forny adgangsoplysningerne, eller giv dem den rettighed, der nævnes herunder, og kør igen.
act-fault-unreachable = Det prøves igen af sig selv. Se imens efter, om { $system } er oppe og kan nås herfra.
act-fault-rate-limited = Det prøves igen af sig selv, når pausen er forbi.
act-fault-waiting-for-data = Kørslen fortsætter af sig selv, når data kommer. Varer det for længe, så spørg dem, der står for { $system }, om leveringen.
act-upload = Sørg for, at { $system } afleverer sin fil, eller upload den her på siden. Kørslen fortsætter af sig selv, når filen er her.
act-fault-invalid-data = Få data leveret på ny fra { $system }, og kør igen.
act-fault-resync-required = Kør igen. Næste læsning bliver en fuld læsning.
act-fault-unsupported = Fjern trinet, eller brug en konnektor, der kan udføre det.
act-fault-internal = Send meddelelsen herunder til leverandøren. Imens kan det hjælpe at gå tilbage til konnektorens forrige udgave.
act-fault-trap = Send meddelelsen herunder til leverandøren. Imens kan det hjælpe at gå tilbage til konnektorens forrige udgave.
act-fault-out-of-cpu = Hæv forbindelsens grænse, hvis datamængden forklarer det, og kør igen.
act-fault-out-of-time = Hæv forbindelsens grænse, hvis datamængden forklarer det, og kør igen.
act-fault-out-of-memory = Hæv forbindelsens grænse, hvis datamængden forklarer det, og kør igen.
act-fault-contract-violation = Send meddelelsen herunder til leverandøren. Imens kan det hjælpe at gå tilbage til konnektorens forrige udgave.
act-fault-not-loadable = Installer en udgave af konnektoren, der kan indlæses, og kør igen.
act-fault-not-granted = Giv forbindelsen tilladelsen, hvis konnektoren skal have den, og kør igen.

# What the reader may do.
acts = Handlinger
act-run = Kør nu
act-plan = Lav kun planen
act-run-hint = ”Kør nu” tager en standset kørsel op, hvor den slap. ”Lav kun planen” skriver ikke i noget system.
did-cycle = Kørslen er sat i gang.
did-plan = Planen er ved at blive lavet.
did-promotion = Skoleårsskiftet er meldt.
upload-title = Aflever en fil: { $system }
upload-file = Fil
upload-replaces = En fil med samme navn erstattes.
upload-most = Højst { $most }.
upload-send = Aflever
upload-none = Ingen fil venter.
upload-waiting = { $count ->
    [one] { $count } fil venter:
   *[other] { $count } filer venter:
}
promotion-title = Meld et skoleårsskifte
promotion-lead = Når eleverne rykker op, ændrer næsten alt sig på én gang. Meld det i forvejen, så standser importen ikke for det. Det gælder én import, og kun hvis den ligner et skoleårsskifte.
promotion-source = Kilde
promotion-days = Hvor mange dage det må ske inden for (1–45)
promotion-announce = Meld skoleårsskiftet
promotion-state-open = Åbent
promotion-state-used = Brugt
promotion-state-expired = Udløbet
promotions = Meldte skoleårsskifter
around = Ved siden af
around-cases = { $count ->
    [one] { $count } sag venter på svar
   *[other] { $count } sager venter på svar
}
around-findings = { $count ->
    [one] { $count } objekt bør ses efter af en person
   *[other] { $count } objekter bør ses efter af en person
}
around-quarantined = { $count ->
    [one] { $count } objekt er sat til side og prøves igen
   *[other] { $count } objekter er sat til side og prøves igen
}
around-unsigned = Konnektorer uden signatur: { $names }
decisions = Afgørelser
by-at = { $who }, { $when }
verdict-released = Sluppet igennem
verdict-released-as-promotion = Sluppet igennem som skoleårsskifte
verdict-approved-one-of-two = Godkendt af den første af to
verdict-rejected = Afvist
verdict-rejected-source-bad = Afvist, og leverancen er mærket som dårlig
usage-title = Hvad konnektorerne brugte
usage-step = Trin
usage-cpu = Regnetid
usage-memory = Hukommelse
usage-requests = Kald
usage-refused = Nægtet
usage-sent = Sendt
usage-received = Modtaget
to-the-cycle = Til kørslen

# Changes, limits and values.
change-emptied = tømt
change-older = ældre leverance
change-removed = væk
change-key-changed = ny nøgle
change-moved = flyttet
change-added = ny
change-deactivated = lukket
change-changed = ændret
change-attribute = ændret: { $name }
trip-emptied = intet er tilbage af { $of } { $what }
trip-older = leverancen er ældre end den, der sidst blev taget i brug
trip-removed = { $count } af { $of } { $what } forsvinder ({ $share } %)
trip-key-changed = { $count } af { $of } { $what } får en anden nøgle ({ $share } %)
trip-moved = { $count } af { $of } { $what } flytter ({ $share } %)
trip-added = { $count } nye { $what } kommer til de { $of }
trip-deactivated = { $count } af { $of } { $what } lukkes ({ $share } %)
trip-attribute = { $count } af { $of } { $what } får en anden værdi i { $name } ({ $share } %)
trip-where = – i { $where }
trip-limit = (grænse: { $limit } og { $percent } %)
trip-limit-count = (grænse: { $limit })
trip-hard = Kræver to personer.
subject-school = skoler
subject-unit = enheder
subject-person = personer
subject-group = grupper
subject-engagement = tilknytninger
subject-membership = medlemskaber
subject-account = konti
value-empty = tom
value-yes = ja
value-no = nej
before = før:
after = efter:

# What a guard has halted.
halt-title = Standset
halt-open = Se, hvad der er standset, og afgør det
halt-look = Se, hvad der er standset
halt-nothing = Intet er standset.
halt-import = Importen er standset
halt-plan = Planen er standset
halt-lead = Ændringerne er flere, end der må ske uden en afgørelse. Intet af dem er taget i brug, og intet er sendt videre.
halt-two = Det kræver to personer.
halt-two-none = Ændringerne slippes først igennem, når to forskellige personer har sagt ja.
halt-two-one = { $who } har sagt ja. En anden person skal sige det samme.
halt-two-you = Du har sagt ja. En anden person skal sige det samme.
halt-first-said = Dit ja er gemt. En anden person skal sige det samme.
halt-first = Den første import. Den skal altid godkendes af en person.
halt-accepted = Sammenlignet med det, der blev taget i brug { $when }.
halt-announced = Et skoleårsskifte er meldt for denne tid.
halt-promotion-yes = Det ligner et skoleårsskifte.
halt-promotion-no = Det ligner ikke et skoleårsskifte.
halt-promotion-up = { $up } af de { $stay } elever, der bliver, rykker ét klassetrin op.
halt-promotion-left = { $top } af de { $left } elever, der går ud, gik på det øverste klassetrin.
halt-counts = Ændringer fordelt på skole og klasse, flest først: { $system }
halt-cell = Skole eller sted
halt-no-cell = Uden sted
halt-class = Objekter
halt-change = Ændring
halt-count = Antal
halt-of = Af
halt-share = Andel
halt-further = { $count ->
    [one] Og { $count } sted til med færre ændringer.
   *[other] Og { $count } steder til med færre ændringer.
}
halt-sample = Eksempler, før og efter ({ $count })
halt-key = Nøgle
halt-turn = Før og efter
halt-search = Søg i alt det standsede
halt-find = Søg efter
halt-find-go = Søg
halt-find-hint = En nøgle, en skole eller en værdi. Et tomt felt viser alt.
halt-found = Fundet i det standsede
halt-found-none = Intet i det standsede passer.
halt-found-none-yet = Intet fundet endnu: { $looked } ændringer er set igennem på denne side, og der er flere.
halt-look-on = Søg videre
page-first = Til den første side
page-next = Næste side
halt-decide = Afgør
halt-choose = Hvad skal der ske med ændringerne?
halt-release = Slip igennem.
halt-release-hint = Ændringerne er rigtige. Det gælder netop disse, én gang.
halt-promotion = Slip igennem som skoleårsskifte.
halt-promotion-hint = Kun det, et skoleårsskifte forklarer, slippes igennem.
halt-reject = Afvis.
halt-reject-hint = Alt bliver, som det var. Næste kørsel læser på ny.
halt-reject-source = Afvis leverancen.
halt-reject-source-hint = Det leverede er forkert og læses ikke igen. Kilden skal levere på ny.
halt-send = Gem afgørelsen
halt-bound = Afgørelsen gælder kun det, denne side viser:

# Cases.
cases-lead = Samklang gætter aldrig. Hvor flere kan være den samme, eller noget er i tvivl, svarer en person. Resten af kørslen går videre imens.
cases-show-open = Åbne
cases-show-all = Alle
cases-none = Ingen sager venter.
case-title = Sag { $id }
case-back = Til sagerne
case-whom = Om
case-question = Spørgsmål
case-object = Objekt
case-entity = I kataloget
case-candidates = Muligheder
case-opened = Stillet
case-since = Uden plads siden
case-state = Tilstand
case-who = Besvaret af
case-state-open = Åben
case-state-decided = Besvaret
case-state-withdrawn = Bortfaldet
case-side-source = (kilde)
case-side-target = (målsystem)
case-kind-ambiguous = Flere muligheder
case-kind-linked-to-another = Hører allerede til et andet objekt
case-kind-near-miss = Næsten ens
case-kind-found = Fundet, skal bekræftes
case-kind-absent = Ingen fundet
case-kind-twin = Samme værdi som en anden
case-kind-removal = Hvad skal der ske med objektet?
case-ask-ambiguous = Hvem er { $name }? Flere passer
case-ask-linked-to-another = Er { $name } den, der allerede hører til et andet objekt?
case-ask-near-miss = Er { $name } den samme? Kun stavemåden er forskellig
case-ask-found = Er det den rigtige: { $name }?
case-ask-absent = Ingen passer til { $name }. Skal der oprettes en ny?
case-ask-twin = Er { $name } én eller to? En værdi er den samme som en andens
case-ask-removal = { $name } har ikke længere plads i målsystemet. Hvad skal der ske med objektet?
case-compare = Side om side. ≠ forskellig, = ens
case-attribute = Oplysning
case-this = Objektet
case-candidate = Mulighed { $number }
case-rule = Fundet ved
case-near = Kun stavemåden er forskellig
case-holder = Har allerede
case-key = Nøgle i målsystemet
case-as-candidate = som muligheden
case-differs = forskellig
case-agrees = ens
case-answer = Svar
case-choose = Hvad er rigtigt?
case-send = Gem svaret
case-hint = Svaret følges i næste kørsel. Indtil da kan det tages tilbage.
case-undo = Tag svaret tilbage
case-undo-lead = Ingen kørsel har fulgt svaret endnu. Sagen åbnes igen.
case-final = En kørsel har fulgt svaret; det kan ikke længere tages tilbage.
choose-link = Det er mulighed { $number }: { $name }
choose-source-create = Det er ingen af dem: opret en ny i kataloget
choose-source-ignore = Lad objektet ligge; det bliver ikke brugt
choose-target-create = Det er ingen af dem: opret et nyt objekt i målsystemet
choose-target-ignore = Gør ingenting i målsystemet
choose-target-delete = Slet objektet i målsystemet
choose-target-deactivate = Luk objektet i målsystemet, men behold det
choose-target-detach = Slip objektet: det bliver i målsystemet og passes ikke længere
choose-target-keep = Behold objektet, som det er
choice-link = Samme
choice-create = Ny
choice-ignore = Lad ligge
choice-delete = Slettes
choice-deactivate = Lukkes
choice-detach = Slippes
choice-keep = Beholdes

# Enrolment of targets.
enrol-lead = Et målsystem, der har egne brugere og enheder, bliver først skrevet til, når det er tilmeldt. Tjekket viser, om tilmelding er mulig. Det ændrer intet.
enrol-none = Intet målsystem skal tilmeldes.
enrol-is = Tilmeldt { $when } af { $who }.
enrol-night = Brugere og enheder synkroniseres hver nat.
enrol-left-out = { $count ->
    [one] { $count } bruger, der ikke passede, blev holdt udenfor. Brugeren kommer selv med, når nøglerne stemmer.
   *[other] { $count } brugere, der ikke passede, blev holdt udenfor. De kommer selv med, når nøglerne stemmer.
}
enrol-preview = Se, hvad den første nat ville overskrive
enrol-not = Ikke tilmeldt
enrol-not-hint = Intet skrives i systemet.
enrol-checking = Tjekket er i gang: alle enheder og brugere sammenlignes.
enrol-check = Tjek om tilmelding er muligt
enrol-check-again = Tjek igen
enrol-failed = Tjekket kunne ikke gennemføres
enrol-possible = Tilmelding er mulig.
enrol-valid = Resultatet gælder til { $when }.
enrol-impossible = { $count ->
    [one] Tilmelding er ikke mulig: { $count } enhed spærrer.
   *[other] Tilmelding er ikke mulig: { $count } enheder spærrer.
}
enrol-impossible-hint = Ret dem i kilden eller i { $system }, og tjek igen.
enrol-result = Resultat af tilmeldingstjek
enrol-checked-at = Tjekket { $when }.
enrol-numbers = Tjekket i tal
enrol-checked = Set på
enrol-ok = Stemmer
enrol-differ = Stemmer ikke
enrol-attention = Heraf i brug
enrol-units = Enheder
enrol-users = Brugere
enrol-category-unit-blocking = Enheder, der spærrer for tilmelding
enrol-category-user-not-syncable = Brugere, der ikke kan synkroniseres
enrol-category-unit-ok = Enheder, der stemmer, med en bemærkning
enrol-name = Navn
enrol-why = Hvorfor
enrol-target-has = I målsystemet
enrol-source-has = I kilden
enrol-active = I brug
enrol-reason-unit-only-in-target = Findes kun i målsystemet
enrol-reason-unit-only-in-source = Findes kun i kilden
enrol-reason-unit-type-differs = Typen er forskellig
enrol-reason-unit-key-differs = Samme navn, anden nøgle
enrol-reason-unit-parent-differs = Ligger under en anden enhed
enrol-reason-unit-name-differs = Navnet er forskelligt; første nat overskriver det
enrol-reason-unit-inactive-in-source = Nedlagt i kilden
enrol-reason-unit-ambiguous = Flere kan være den
enrol-reason-user-only-in-target = Findes kun i målsystemet
enrol-reason-user-key-differs = Samme person, anden brugernøgle/UUID
enrol-reason-user-inactive-in-source = Ikke aktiv i kilden
enrol-reason-user-ambiguous = Flere kan være brugeren
enrol-legend = Tilmeld synkronisering til { $system }
enrol-final = Tilmeldingen er endelig og kan ikke fortrydes.
enrol-left-out-if = { $count ->
    [one] { $count } bruger kan ikke synkroniseres og holdes udenfor.
   *[other] { $count } brugere kan ikke synkroniseres og holdes udenfor.
}
enrol-wait = { $count ->
    [one] { $count } af dem er i brug: vent med tilmeldingen, hvis brugeren stadig skal have adgang.
   *[other] { $count } af dem er i brug: vent med tilmeldingen, hvis de stadig skal have adgang.
}
enrol-acknowledge = { $count ->
    [one] Jeg ved, at { $count } bruger holdes udenfor.
   *[other] Jeg ved, at { $count } brugere holdes udenfor.
}
enrol-understand = Jeg ved, at tilmeldingen er endelig.
enrol-do = Tilmeld { $system }
