# People and units, plans, connections, history, journal.
written-yes = Ja
written-no = Nej
written-empty = Tom
written-count = { $count ->
    [one] { $count } värde
   *[other] { $count } värden
}
until = till { $when }
pages-label = Sidor i listan
pages-first = Till början
pages-next = Nästa
cycle-number = körning { $number }

kind-person = Person
kind-unit = Enhet
kind-group = Grupp
kind-membership = Medlemskap
kind-engagement = Anställning
kind-account = Konto
life-active = Aktiv
life-leaving = På väg ut
life-gone = Borta

people-search = Sök en person eller en enhet
people-search-hint = Ett namn eller en del av det, ett användarnamn, en nyckel eller en UUID.
people-find = Sök
people-found = { $count ->
    [one] { $count } hittad
   *[other] { $count } hittade
}
people-found-more = De första { $count }
people-narrow = Det finns fler. Skriv mer för att hitta rätt.
people-none-found = Ingen är känd under det. Prova en kortare del av namnet, eller användarnamnet.
people-name = Namn
people-kind = Typ
people-state = Tillstånd
people-objects = Objekt
people-nameless = Utan namn

did-errand = Synkroniseringen har startat. Resultatet syns här när den är klar.
did-by-hand = Värdet är satt. Det gäller från nästa körning.
did-taken-back = Värdet är borttaget. Från nästa körning gäller det källorna säger.
did-forgotten = Personen är glömd.

person-life-since = { $state } sedan { $when }.
person-life-until = Borta från { $when }.
person-request = Önskad i { $target }:
person-acts = Vad du kan göra
person-overrides = Satt för hand
person-values = Värden och varifrån de kommer
person-attribute = Uppgift
person-value = Värde
person-from = Kommer från
person-from-nobody = Ingen källa
person-how = Hur
person-others = { $count ->
    [one] { $count } annan källa säger något annat
   *[other] { $count } andra källor säger något annat
}
person-template = Skrivs av mallen
person-other-from = från { $object }:
person-targets = I mottagarsystemen
person-no-targets = Ingen anslutning tar emot något.
person-no-object = Har inget objekt här.
person-seen-in = Senast sedd i
person-holds = { $count ->
    [one] { $count } uppgift i systemet
   *[other] { $count } uppgifter i systemet
}
person-further = nästa steg { $when }
person-explain = Förklara
person-links = Objekt som står för den
person-no-links = Inget objekt står för den.
person-object = Objekt
person-rule = Regel
person-since = Sedan
person-operations = Ändringar i mottagarsystemen
person-no-operations = Inget har gjorts.
person-history = Förlopp
person-no-history = Inget har hänt.
person-whole-journal = Allt om den i journalen

shadow-confirmed = Bekräftad
shadow-queued = I kö
stage-missing = Saknas
stage-suspected = Kanske borta
stage-disabled = Inaktiverad
stage-removed = Borttagen
action-create = Skapa
action-update = Ändra
action-delete = Ta bort
operation-draft = Utkast
operation-planned = Planerad
operation-sent = Skickad
operation-done = Utförd
operation-refused = Nekad av systemet
operation-deferred = Uppskjuten
operation-held-over = Väntar till en annan dag
operation-dropped = Struken
operation-action = Åtgärd
operation-state = Tillstånd
operation-object = Objekt
operation-changed = Ändrar
operation-reason = Varför
operation-cycle = Körning
operation-outcome = Systemets svar
journal-at = Tidpunkt
journal-event = Händelse
journal-detail = Närmare
event-created = Skapad
event-changed = Ändrad
event-leaving = På väg ut
event-gone = Borta
event-returned = Tillbaka
event-linked = Länkad till ett objekt
event-adopted = Objekt övertaget
event-rekeyed = Fick ny nyckel
event-unlinked = Bortkopplad från ett objekt
event-override-ended = Manuellt värde har upphört
event-overridden = Värde satt för hand
event-override-removed = Manuellt värde återtaget
event-requested = Begärd i ett mottagarsystem
event-cycle-begun = Körning påbörjad
event-cycle-resumed = Körning återupptagen
event-promotion-announced = Läsårsbyte aviserat
event-case-decided = Ärende besvarat
event-case-undone = Svar återtaget
event-link-decided = Avgjort vem ett objekt står för
event-link-job = Sammanlänkning beställd
event-enrolment-reason = Skäl för inskrivning
event-connector-activated = Koppling tagen i bruk
event-file-arrived = Fil levererad
event-file-taken = Fil hämtad från inkorgen
event-connections-checked = System kontrollerade
event-enrolment-checked = Kontroll före inskrivning beställd
event-retried = Försöks igen
event-exported = Uppgifter utlämnade
event-erased = Uppgifter raderade
event-keys-rotated = Nycklar bytta
event-role-given = Roll tilldelad
event-role-taken = Roll fråntagen
event-role-promised = Roll utlovad
event-promise-taken = Löfte om roll återtaget
event-link-made = Åtkomstlänk skapad
event-token-made = Token skapad
event-token-revoked = Token återkallad
event-enrolled = Inskriven
event-released = Släppt igenom
event-released-as-promotion = Släppt igenom som läsårsbyte
event-approved-one-of-two = Godkänt av den första av två
event-rejected = Avvisat
event-rejected-source-bad = Avvisat, och leveransen är fel

attribute-uuid = UUID
attribute-national_id = Personnummer
attribute-employee_number = Anställningsnummer
attribute-student_number = Elevnummer
attribute-username = Användarnamn
attribute-given_name = Förnamn
attribute-family_name = Efternamn
attribute-display_name = Visningsnamn
attribute-nickname = Tilltalsnamn
attribute-name = Namn
attribute-short_name = Kortnamn
attribute-email = E-post
attribute-phone = Telefon
attribute-mobile = Mobil
attribute-landline = Fast telefon
attribute-location = Plats
attribute-birth_date = Födelsedag
attribute-gender = Kön
attribute-parent = Överordnad
attribute-manager = Chef
attribute-person = Person
attribute-unit = Enhet
attribute-group = Grupp
attribute-role = Roll
attribute-kind = Typ
attribute-job_function = Befattning
attribute-begin = Första dag
attribute-end = Sista dag
attribute-org_number = Organisationsnummer
attribute-p_number = P-nummer
attribute-ean = EAN-nummer

errand-title = Synkronisera nu
errand-what = Källornas senaste uppgifter om den förs vidare till mottagarsystemen direkt, utan att vänta på natten.
errand-target = Till
errand-all = Alla mottagarsystem
errand-distribute = Skapa den även där det bara sker på begäran
errand-distribute-hint = Önskemålet finns kvar tills det är uppfyllt.
errand-do = Synkronisera nu
by-hand-title = Sätt ett värde för hand
by-hand-what = Värdet går före det källorna säger tills det upphör eller tas bort. Rätta helst i källan.
by-hand-attribute = Uppgift
by-hand-value = Värde
by-hand-value-hint = Ett tomt fält betyder att den inte ska ha något värde.
by-hand-until = Till
by-hand-until-hint = Första dagen då källorna gäller igen. Utan dag gäller värdet tills det tas bort.
by-hand-do = Sätt värdet
take-back-title = Ta bort värdet
take-back-do = Ta bort
export-title = Lämna ut allt som sparats
export-what = En fil med allt som sparats om den, även känsliga uppgifter. I journalen antecknas att du har hämtat den.
export-do = Hämta filen
forget-title = Glöm personen
forget-what = Allt som sparats om personen raderas. Att något har hänt står kvar i journalen, men inte om vem.
forget-not-yet = Först när ingen källa känner till personen och tillståndet är ”Borta” går det att glömma.
forget-reason-hint = Motiveringen står kvar. Nämn inte personen i den.
forget-acknowledge = Jag vet att det inte går att ångra
forget-do = Glöm personen

operation-target = Mottagarsystem
operation-class = Klass
operation-key = Nyckel
operation-entity = Person eller enhet
operation-id = Id
plan-none = Det finns ingen plan än. Första körningen gör en.
plan-open = Det här kommer att hända i mottagarsystemen när planen utförs:
plan-carried-out = Det här hände i mottagarsystemen när planen utfördes:
plan-nothing = Inget ska ändras i mottagarsystemen.
plan-counts = I siffror
plan-count = Antal
plan-total = Totalt
plan-operations = Ändring för ändring
plan-all = Alla
plan-filter = Visa
plan-csv = Hämta som CSV
plan-csv-hint = CSV-filen innehåller alla ändringar i urvalet, åtskilda med semikolon så att svenska Excel öppnar den direkt.
plan-entity = Se vem
plan-no-such = Inga ändringar av det slaget.

did-file = Filen är mottagen. En körning som väntar på den går vidare.
did-file-replaced = Filen är mottagen och har ersatt den som låg där under samma namn. En körning som väntar på den går vidare.
did-build = Anslutningarna använder den nya utgåvan från nästa körning.
did-build-back = Anslutningarna är tillbaka på föregående utgåva.
activated-title = Vad den valda utgåvan ändrar
activated-first = Anslutningen hade ingen utgåva tidigare.
activated-same = Det är den utgåva som anslutningen redan använde.
activated-nothing = Utgåvan säger inget annat om sig själv än den föregående.
check-do = Kontrollera anslutningarna nu
check-hint = Varje system tillfrågas om en körning kan genomföras. Inget ändras.
checked-title = Kontrollens resultat
check-all-well = Allt är som det ska.
check-well = Kontrollen hittade inget.
finding-note = Observera
finding-warning = Varning
finding-failure = Fel
connections-none = Det finns inga anslutningar än.
role-source = Källa
role-target = Mottagare
role-both = Källa och mottagare
connection-unsigned = Inte signerad
connection-fixed = Fast utgåva
connection-connector = Konnektor
connection-digest = Fingeravtryck
connection-signer = Signerad av
connection-nobody = Ingen
connection-credentials = Inloggningsuppgifter
connection-usage = Förbrukning
connection-enrolment = Skrivs först när den är ansluten
used-requests = { $count ->
    [one] { $count } begäran
   *[other] { $count } begäranden
}
used-refused = { $count ->
    [one] { $count } nekad
   *[other] { $count } nekade
}
used-bytes = skickat { $sent }, mottaget { $received }
used-machine = { $time } ms processortid, högst { $memory } minne
grants-title = Vad den får nå
grants-none = Ingenting.
grants-place = Ställe
grants-purpose = Ändamål
grants-asked = Begärt
grants-granted = Beviljat
grants-used = Använt
grants-remark = Anmärkning
grants-times = { $count ->
    [one] { $count } gång, senast { $when }
   *[other] { $count } gånger, senast { $when }
}
grants-never = Aldrig
settings-title = Inställningar
inbox-title = Inkorg
file-take = Hämta
file-take-noted = De innehåller personuppgifter: Journalen noterar vem som hämtar dem.
builds-title = Utgåvor av konnektorerna
builds-for = Används av
builds-version = Version
builds-state = Tillstånd
builds-in-use = Används
builds-ready = Installerad
builds-vendor = Leverantör
builds-size = Storlek
builds-installed = Installerad
builds-none = Ingen utgåva är installerad.
builds-given = { $count ->
    [one] { $count } byte hittills
   *[other] { $count } byten hittills
}
builds-given-to = till { $connection }
builds-not-installed = Inte installerad längre
builds-fixed = Versionen står i konfigurationen och kan bara bytas där.
builds-activate = Ta en utgåva i bruk
builds-back = Gå tillbaka till föregående
builds-back-what = Anslutningarna använder åter den utgåva de använde tidigare.

history-none = Det har inte varit någon körning än.
history-chart = Ändringar per körning
history-chart-desc = Tre rader med staplar för { $count } körningar, den senaste till höger: tillagda, ändrade och borttagna objekt. Samma siffror står i tabellen nedan.
history-caption = Varje rad har sin egen skala.
history-added = Tillagda
history-changed = Ändrade
history-removed = Borttagna
history-done = Utförda
history-refused = Nekade
history-nights = Körningarna
history-state = Tillstånd
history-began = Började
history-by-connection = Per anslutning
history-usage = Förbrukning per anslutning i körning { $number }
history-usage-none = Ingen anslutning har använt något.
history-connection = Anslutning
history-requests = Begäranden
history-let-out-not = Stoppade
history-sent = Skickat
history-received = Mottaget
history-time = Processortid
history-memory = Minne
night-running = Pågår
night-halted = Stoppad
night-failed = Misslyckad
night-incomplete = Inte avslutad
night-done = Klar
night-rejected = Avvisad
cycle-kind-errand = Synkroniserad nu
cycle-kind-link = Sammanlänkning
history-besides = Det som någon har bett om emellanåt står i listan och är inte med i diagrammet.

did-retry = Det provas igen i nästa körning.
journal-what = Allt som har hänt och vem som gjorde det. Posterna är sammanlänkade, så att en ändring i efterhand upptäcks.
journal-entries = Poster
journal-entity = Bara om
journal-entity-hint = UUID för en person eller en enhet. Du hittar den under
journal-everybody = Visa alla
journal-unknown = Det är ingen UUID. Sök fram personen och följ länken till journalen på personens sida.
journal-none = Inga poster.
journal-number = Nr
journal-who = Vem
journal-about = Om
journal-erased = Raderat
verify-do = Granska journalen
verify-hint = Hela kedjan läses igenom.
verify-sound = Journalen är som den skrevs.
verify-unsound = { $count ->
    [one] Journalen är ändrad: { $count } fel
   *[other] Journalen är ändrad: { $count } fel
}
verify-counts = Poster: { $entries }. Varav med raderat innehåll: { $erased }.
verify-newest = Den senaste, nr { $entry }, har kontrollsumman
verify-then = Berätta det för supporten och låt databasen vara som den är.

findings-title = Objekt att se över
findings-what = Här är det något som inte stämmer. Rätta det där det kommer ifrån. Ett objekt försvinner från listan när en körning ser att det är rättat.
findings-none = Det finns inga objekt att se över.
findings-whom = Sök i katalogen

aside-title = Ställt åt sidan
aside-what = Objekt som inte gick att behandla. De stoppar inte resten och provas igen av sig själva.
aside-none = Inget är ställt åt sidan.
aside-why = Vad som är fel
aside-remedy = Vad som ska göras
aside-failures = { $count ->
    [one] { $count } försök
   *[other] { $count } försök
}
aside-due = Provas igen
aside-never = Inte av sig själv
aside-retry = Prova igen
aside-retry-all = Prova alla igen

retention-title = Hur länge det sparas
retention-what = Det som har passerat sin tid raderas med dagens första körning.
retention-kept = Vad
retention-days = Dagar
retention-forever = För alltid
retention-over = Över tiden
kept-gone-account = Konton som är borta
kept-gone-membership = Medlemskap som är borta
kept-gone-engagement = Anställningar som är borta
kept-gone-person = Personer som är borta
kept-gone-group = Grupper som är borta
kept-gone-unit = Enheter som är borta
kept-operations = Utförda ändringar
kept-cases = Besvarade ärenden och stoppade ändringar
kept-former = Nycklar till objekt som är borta
kept-names = Namn som har getts upp
kept-journal = Journalens detaljer

support-what = Det supporten behöver veta om installationen. Det innehåller inga personuppgifter.
support-download = Hämta som fil
