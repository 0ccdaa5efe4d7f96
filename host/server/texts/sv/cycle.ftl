# What the cycle's pages say: steps, waits, halts, cases, enrolment.

# The cycle and its steps.
cycle-title = Körning { $id }
cycle-began = Började { $when }.
cycle-ended = Slutade { $when }.
cycle-next = Nästa körning: { $when }.
cycle-newest = Till den senaste körningen
cycle-done = Körningen blev klar { $when }. Alla steg är genomförda.
cycle-rejected = Körningen avvisades { $when }. Inget av det stoppade har tagits i bruk.
cycle-running = Körningen pågår sedan { $when }. Sidan uppdateras av sig själv.
cycle-paused = Körningen började { $when } och är inte klar. Den fortsätter när den körs igen.
cycle-state-halted = Körningen är stoppad och väntar på ett beslut.
cycle-state-failed = Körningen kunde inte genomföras.
cycle-state-incomplete = Körningen är klar, men alla system fick inte det de skulle ha. Resten följer i nästa körning.
step-fetch = Hämta
step-link = Sammanlänkning
step-link-tried = Prov av sammanlänkning
step-number = Steg { $number } av { $of }
step-attempt = Försök { $number }
step-time = Tid:
step-progress = Så långt har steget kommit
said-step = { $step }: { $look }
count-read = { $count } lästa
count-added = { $count } nya
count-changed = { $count } ändrade
count-removed = { $count } borta
count-planned = { $count } planerade
count-done = { $count } utförda
count-refused = { $count } avvisade

# What a cycle waits for: what, since when, who can act, what to do, the way to support.
wait-guard-import = Importen ändrar mer än den får utan ett beslut
wait-guard-plan = Planen för { $system } ändrar mer än den får utan ett beslut
wait-stop-refused = Data från { $system } motsäger sig själva. Inget av det har tagits i bruk
wait-stop-breaker = { $system } avvisade så många ändringar att resten väntar till nästa körning
wait-fault-invalid-settings = Anslutningen till { $system } har inställningar som inte kan användas
wait-fault-unauthorised = { $system } godtar inte inloggningsuppgifterna, eller så saknar de en rättighet
wait-fault-unreachable = { $system } kan inte nås eller är ur drift
wait-fault-rate-limited = { $system } ber om en paus
wait-fault-waiting-for-data = Väntar på data från { $system }
wait-fault-invalid-data = { $system } levererade något som inte kan stämma. Inget av det har tagits i bruk
wait-fault-resync-required = { $system } måste läsas helt från början
wait-fault-unsupported = Kopplingen till { $system } kan inte utföra steget
wait-fault-internal = Kopplingen till { $system } rapporterar ett eget fel
wait-fault-trap = Kopplingen till { $system } kraschade
wait-fault-out-of-cpu = Kopplingen till { $system } använde mer processortid än den får
wait-fault-out-of-time = Ett anrop till { $system } tog längre tid än det får
wait-fault-out-of-memory = Kopplingen till { $system } ville använda mer minne än den får
wait-fault-contract-violation = Kopplingen till { $system } följde inte reglerna för kopplingar
wait-fault-not-loadable = Kopplingen till { $system } kan inte läsas in
wait-fault-not-granted = Kopplingen till { $system } saknar ett tillstånd
wait-since = Sedan { $when }.
wait-usual = Kommer normalt omkring kl. { $when }.
wait-you = Du kan agera.
wait-operator = En operatör i kommunen kan agera.
wait-approver = En godkännare i kommunen måste besluta.
where-approver = Det görs på sidan med det stoppade, dit knappen nedan leder.
where-operator = En operatör hittar knapparna under ”{ $acts }” på den här sidan.
wait-for-system = De som ansvarar för { $system } måste agera.
wait-for-connector-vendor = Leverantören av kopplingen till { $system } måste agera.
wait-for-support = Du kan inte göra något här. Supporten måste titta på det.
wait-support = Behöver du hjälp? Kontakta supporten och uppge { $reference }.
wait-log = Hämta förloppet som en fil till supporten
act-guard = Gå igenom ändringarna och besluta om de ska släppas igenom eller avvisas.
act-stop-refused = Få data levererade på nytt och kör igen.
act-stop-breaker = Ta reda på varför systemet avvisar och kör igen.
act-fault-invalid-settings = Rätta anslutningens inställningar och kör igen.
act-fault-unauthorised = Förnya inloggningsuppgifterna, eller ge dem rättigheten som nämns nedan, och kör igen.
act-fault-unreachable = Det provas igen av sig självt. Kontrollera under tiden om { $system } är igång och kan nås härifrån.
act-fault-rate-limited = Det provas igen av sig självt när pausen är över.
act-fault-waiting-for-data = Körningen fortsätter av sig själv när data kommer. Fråga dem som ansvarar för { $system } om leveransen ifall det dröjer för länge.
act-upload = Se till att { $system } levererar sin fil, eller ladda upp den här på sidan. Körningen fortsätter av sig själv när filen är här.
act-fault-invalid-data = Få data levererade på nytt från { $system } och kör igen.
act-fault-resync-required = Kör igen. Nästa läsning blir en fullständig läsning.
act-fault-unsupported = Ta bort steget, eller använd en koppling som kan utföra det.
act-fault-internal = Skicka meddelandet nedan till leverantören. Under tiden kan det hjälpa att gå tillbaka till kopplingens förra version.
act-fault-trap = Skicka meddelandet nedan till leverantören. Under tiden kan det hjälpa att gå tillbaka till kopplingens förra version.
act-fault-out-of-cpu = Höj anslutningens gräns om datamängden förklarar det, och kör igen.
act-fault-out-of-time = Höj anslutningens gräns om datamängden förklarar det, och kör igen.
act-fault-out-of-memory = Höj anslutningens gräns om datamängden förklarar det, och kör igen.
act-fault-contract-violation = Skicka meddelandet nedan till leverantören. Under tiden kan det hjälpa att gå tillbaka till kopplingens förra version.
act-fault-not-loadable = Installera en version av kopplingen som kan läsas in, och kör igen.
act-fault-not-granted = Ge anslutningen tillståndet om kopplingen ska ha det, och kör igen.

# What the reader may do.
acts = Åtgärder
act-run = Kör nu
act-plan = Gör bara planen
act-run-hint = ”Kör nu” fortsätter en stoppad körning där den slutade. ”Gör bara planen” skriver inte i något system.
did-cycle = Körningen har startats.
did-plan = Planen håller på att göras.
did-promotion = Läsårsbytet är anmält.
upload-title = Lämna en fil: { $system }
upload-file = Fil
upload-replaces = En fil med samma namn ersätts.
upload-most = Högst { $most }.
upload-send = Lämna
upload-none = Ingen fil väntar.
upload-waiting = { $count ->
    [one] { $count } fil väntar:
   *[other] { $count } filer väntar:
}
promotion-title = Anmäl läsårsbyte
promotion-lead = När eleverna flyttas upp ändras nästan allt på en gång. Anmäl det i förväg, så stoppas inte importen av det. Det gäller en import, och bara om den ser ut som en uppflyttning.
promotion-source = Källa
promotion-days = Inom hur många dagar det får ske (1–45)
promotion-announce = Anmäl läsårsbytet
promotion-state-open = Öppet
promotion-state-used = Använt
promotion-state-expired = Utgånget
promotions = Anmälda läsårsbyten
around = Vid sidan av
around-cases = { $count ->
    [one] { $count } ärende väntar på svar
   *[other] { $count } ärenden väntar på svar
}
around-findings = { $count ->
    [one] { $count } objekt bör ses över av en person
   *[other] { $count } objekt bör ses över av en person
}
around-quarantined = { $count ->
    [one] { $count } objekt har lagts åt sidan och prövas igen
   *[other] { $count } objekt har lagts åt sidan och prövas igen
}
around-unsigned = Kopplingar utan signatur: { $names }
decisions = Beslut
by-at = { $who }, { $when }
verdict-released = Släppt igenom
verdict-released-as-promotion = Släppt igenom som läsårsbyte
verdict-approved-one-of-two = Godkänt av den första av två
verdict-rejected = Avvisat
verdict-rejected-source-bad = Avvisat, och leveransen är märkt som dålig
usage-title = Vad kopplingarna använde
usage-step = Steg
usage-cpu = Processortid
usage-memory = Minne
usage-requests = Anrop
usage-refused = Nekade
usage-sent = Skickat
usage-received = Mottaget
to-the-cycle = Till körningen

# Changes, limits and values.
change-emptied = tömt
change-older = äldre leverans
change-removed = borta
change-key-changed = ny nyckel
change-moved = flyttad
change-added = ny
change-deactivated = avstängd
change-changed = ändrad
change-attribute = ändrad: { $name }
trip-emptied = inget är kvar av { $of } { $what }
trip-older = leveransen är äldre än den som senast togs i bruk
trip-removed = { $count } av { $of } { $what } försvinner ({ $share } %)
trip-key-changed = { $count } av { $of } { $what } får en annan nyckel ({ $share } %)
trip-moved = { $count } av { $of } { $what } flyttar ({ $share } %)
trip-added = { $count } nya { $what } tillkommer till de { $of }
trip-deactivated = { $count } av { $of } { $what } stängs av ({ $share } %)
trip-attribute = { $count } av { $of } { $what } får ett annat värde i { $name } ({ $share } %)
trip-where = – i { $where }
trip-limit = (gräns: { $limit } och { $percent } %)
trip-limit-count = (gräns: { $limit })
trip-hard = Kräver två personer.
subject-school = skolor
subject-unit = enheter
subject-person = personer
subject-group = grupper
subject-engagement = anknytningar
subject-membership = medlemskap
subject-account = konton
value-empty = tom
value-yes = ja
value-no = nej
before = före:
after = efter:

# What a guard has halted.
halt-title = Stoppat
halt-open = Se vad som är stoppat och besluta
halt-look = Se vad som är stoppat
halt-nothing = Inget är stoppat.
halt-import = Importen är stoppad
halt-plan = Planen är stoppad
halt-lead = Ändringarna är fler än vad som får ske utan ett beslut. Inget av dem har tagits i bruk och inget har skickats vidare.
halt-two = Det kräver två personer.
halt-two-none = Ändringarna släpps igenom först när två olika personer har sagt ja.
halt-two-one = { $who } har sagt ja. En annan person måste säga samma sak.
halt-two-you = Du har sagt ja. En annan person måste säga samma sak.
halt-first-said = Ditt ja är sparat. En annan person måste säga samma sak.
halt-first = Den första importen. Den måste alltid godkännas av en person.
halt-accepted = Jämfört med det som togs i bruk { $when }.
halt-announced = Ett läsårsbyte är anmält för den här tiden.
halt-promotion-yes = Det ser ut som ett läsårsbyte.
halt-promotion-no = Det ser inte ut som ett läsårsbyte.
halt-promotion-up = { $up } av de { $stay } elever som stannar flyttas upp en årskurs.
halt-promotion-left = { $top } av de { $left } elever som slutar gick i högsta årskursen.
halt-counts = Ändringar per skola och klass, flest först: { $system }
halt-cell = Skola eller plats
halt-no-cell = Utan plats
halt-class = Objekt
halt-change = Ändring
halt-count = Antal
halt-of = Av
halt-share = Andel
halt-further = { $count ->
    [one] Och { $count } plats till med färre ändringar.
   *[other] Och { $count } platser till med färre ändringar.
}
halt-sample = Exempel, före och efter ({ $count })
halt-key = Nyckel
halt-turn = Före och efter
halt-search = Sök i allt det stoppade
halt-find = Sök efter
halt-find-go = Sök
halt-find-hint = En nyckel, en skola eller ett värde. Ett tomt fält visar allt.
halt-found = Funnet i det stoppade
halt-found-none = Inget i det stoppade passar.
halt-found-none-yet = Inget har hittats än: { $looked } ändringar har gåtts igenom på den här sidan, och det finns fler.
halt-look-on = Sök vidare
page-first = Till första sidan
page-next = Nästa sida
halt-decide = Besluta
halt-choose = Vad ska ske med ändringarna?
halt-release = Släpp igenom.
halt-release-hint = Ändringarna är rätt. Det gäller just dessa, en gång.
halt-promotion = Släpp igenom som läsårsbyte.
halt-promotion-hint = Bara det som ett läsårsbyte förklarar släpps igenom.
halt-reject = Avvisa.
halt-reject-hint = Allt förblir som det var. Nästa körning läser på nytt.
halt-reject-source = Avvisa leveransen.
halt-reject-source-hint = Det levererade är fel och läses inte igen. Källan måste leverera på nytt.
halt-send = Spara beslutet
halt-bound = Beslutet gäller bara det som den här sidan visar:

# Cases.
cases-lead = Samklang gissar aldrig. Där flera kan vara samma, eller något är tveksamt, svarar en person. Resten av körningen fortsätter under tiden.
cases-show-open = Öppna
cases-show-all = Alla
cases-none = Inga ärenden väntar.
case-title = Ärende { $id }
case-back = Till ärendena
case-whom = Om
case-question = Fråga
case-object = Objekt
case-entity = I katalogen
case-candidates = Möjligheter
case-opened = Ställd
case-since = Utan plats sedan
case-state = Läge
case-who = Besvarat av
case-state-open = Öppet
case-state-decided = Besvarat
case-state-withdrawn = Bortfallet
case-side-source = (källa)
case-side-target = (målsystem)
case-kind-ambiguous = Flera möjligheter
case-kind-linked-to-another = Hör redan till ett annat objekt
case-kind-near-miss = Nästan lika
case-kind-found = Hittad, måste bekräftas
case-kind-absent = Ingen hittad
case-kind-twin = Samma värde som en annan
case-kind-removal = Vad ska ske med objektet?
case-ask-ambiguous = Vem är { $name }? Flera passar
case-ask-linked-to-another = Är { $name } den som redan hör till ett annat objekt?
case-ask-near-miss = Är { $name } samma? Bara stavningen skiljer
case-ask-found = Är det rätt: { $name }?
case-ask-absent = Ingen passar { $name }. Ska en ny skapas?
case-ask-twin = Är { $name } en eller två? Ett värde är detsamma som en annans
case-ask-removal = { $name } har inte längre plats i målsystemet. Vad ska ske med objektet?
case-compare = Sida vid sida. ≠ olika, = lika
case-attribute = Uppgift
case-this = Objektet
case-candidate = Möjlighet { $number }
case-rule = Hittad genom
case-near = Bara stavningen skiljer
case-holder = Har redan
case-key = Nyckel i målsystemet
case-as-candidate = som möjligheten
case-differs = olika
case-agrees = lika
case-answer = Svar
case-choose = Vad är rätt?
case-send = Spara svaret
case-hint = Svaret följs i nästa körning. Till dess kan det tas tillbaka.
case-undo = Ta tillbaka svaret
case-undo-lead = Ingen körning har följt svaret än. Ärendet öppnas igen.
case-final = En körning har följt svaret; det kan inte längre tas tillbaka.
choose-link = Det är möjlighet { $number }: { $name }
choose-source-create = Det är ingen av dem: skapa en ny i katalogen
choose-source-ignore = Låt objektet vara; det används inte
choose-target-create = Det är ingen av dem: skapa ett nytt objekt i målsystemet
choose-target-ignore = Gör ingenting i målsystemet
choose-target-delete = Ta bort objektet i målsystemet
choose-target-deactivate = Stäng av objektet i målsystemet, men behåll det
choose-target-detach = Släpp objektet: det blir kvar i målsystemet och sköts inte längre
choose-target-keep = Behåll objektet som det är
choice-link = Samma
choice-create = Ny
choice-ignore = Låt vara
choice-delete = Tas bort
choice-deactivate = Stängs av
choice-detach = Släpps
choice-keep = Behålls

# Enrolment of targets.
enrol-lead = Ett målsystem med egna användare och enheter skrivs till först när det är inskrivet. Kontrollen visar om inskrivning är möjlig. Den ändrar ingenting.
enrol-none = Inget målsystem behöver skrivas in.
enrol-is = Inskrivet { $when } av { $who }.
enrol-night = Användare och enheter synkroniseras varje natt.
enrol-left-out = { $count ->
    [one] { $count } användare som inte stämde lämnades utanför. Användaren kommer med av sig själv när nycklarna stämmer.
   *[other] { $count } användare som inte stämde lämnades utanför. De kommer med av sig själva när nycklarna stämmer.
}
enrol-preview = Se vad den första natten skulle skriva över
enrol-not = Inte inskrivet
enrol-not-hint = Ingenting skrivs i systemet.
enrol-checking = Kontrollen pågår: alla enheter och användare jämförs.
enrol-check = Kontrollera om inskrivning är möjlig
enrol-check-again = Kontrollera igen
enrol-failed = Kontrollen kunde inte genomföras
enrol-possible = Inskrivning är möjlig.
enrol-valid = Resultatet gäller till { $when }.
enrol-impossible = { $count ->
    [one] Inskrivning är inte möjlig: { $count } enhet spärrar.
   *[other] Inskrivning är inte möjlig: { $count } enheter spärrar.
}
enrol-impossible-hint = Rätta dem i källan eller i { $system } och kontrollera igen.
enrol-result = Resultat av inskrivningskontrollen
enrol-checked-at = Kontrollerat { $when }.
enrol-numbers = Kontrollen i siffror
enrol-checked = Kontrollerade
enrol-ok = Stämmer
enrol-differ = Stämmer inte
enrol-attention = Varav i bruk
enrol-units = Enheter
enrol-users = Användare
enrol-category-unit-blocking = Enheter som spärrar inskrivningen
enrol-category-user-not-syncable = Användare som inte kan synkroniseras
enrol-category-unit-ok = Enheter som stämmer, med en anmärkning
enrol-name = Namn
enrol-why = Varför
enrol-target-has = I målsystemet
enrol-source-has = I källan
enrol-active = I bruk
enrol-reason-unit-only-in-target = Finns bara i målsystemet
enrol-reason-unit-only-in-source = Finns bara i källan
enrol-reason-unit-type-differs = Typen skiljer
enrol-reason-unit-key-differs = Samma namn, annan nyckel
enrol-reason-unit-parent-differs = Ligger under en annan enhet
enrol-reason-unit-name-differs = Namnet skiljer; första natten skriver över det
enrol-reason-unit-inactive-in-source = Nedlagd i källan
enrol-reason-unit-ambiguous = Flera kan vara den
enrol-reason-user-only-in-target = Finns bara i målsystemet
enrol-reason-user-key-differs = Samma person, annan användarnyckel/UUID
enrol-reason-user-inactive-in-source = Inte aktiv i källan
enrol-reason-user-ambiguous = Flera kan vara användaren
enrol-legend = Skriv in synkronisering till { $system }
enrol-final = Inskrivningen är slutgiltig och kan inte ångras.
enrol-left-out-if = { $count ->
    [one] { $count } användare kan inte synkroniseras och lämnas utanför.
   *[other] { $count } användare kan inte synkroniseras och lämnas utanför.
}
enrol-wait = { $count ->
    [one] { $count } av dem är i bruk: vänta med inskrivningen om användaren fortfarande ska ha åtkomst.
   *[other] { $count } av dem är i bruk: vänta med inskrivningen om de fortfarande ska ha åtkomst.
}
enrol-acknowledge = { $count ->
    [one] Jag vet att { $count } användare lämnas utanför.
   *[other] Jag vet att { $count } användare lämnas utanför.
}
enrol-understand = Jag vet att inskrivningen är slutgiltig.
enrol-do = Skriv in { $system }
