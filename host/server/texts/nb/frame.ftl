# What every page has, and what everything else shares.
app-name = Samklang
choose = Velg
language = Språk
skip-to-content = Gå til innholdet
none = Ingen
since = siden { $when }
reason = Begrunnelse
reason-hint = Den lagres sammen med navnet ditt.
sign-in = Logg inn
sign-out = Logg ut
to-the-overview = Til oversikten

nav-yourself = Deg
nav-tenant = Kommunens sider
nav-access = Tilgang
nav-support = Til brukerstøtte
nav-cycle = Kjøring
nav-people = Personer og enheter
nav-cases = Saker
nav-plan = Plan
nav-enrolment = Innmelding
nav-connections = Tilkoblinger
nav-history = Historikk
nav-journal = Journal

overview-title = Alle kommuner
overview-none = Du har ingen rolle i noen kommune ennå. Be en administrator om en.
overview-tenant = Kommune
overview-cycle = Kjøring
overview-waits = Venter på
overview-last = Siste kjøring
overview-next = Neste kjøring
overview-cases = Saker
overview-never = Ingen kjøring ennå
overview-broken = At noen retter konfigurasjonen
overview-waits-for = { $owner } ({ $system })
overview-nobody = Ingen
overview-no-schedule = Ingen tidsplan
cases-open = { $count ->
    [one] { $count } åpen
   *[other] { $count } åpne
}

look-pending = Ikke ennå
look-waiting = Venter
look-late = Forsinket
look-running = Kjører
look-done = Ferdig
look-halted = Stanset
look-failed = Feilet
look-rejected = Avvist

owner-operator = Deg
owner-system = Systemet
owner-connector-vendor = Leverandøren av konnektoren
owner-support = Brukerstøtte

step-import = Import
step-compare = Sammenligning
step-reconcile = Katalog
step-export = Eksport
step-feedback = Tilbakemelding

problem-bad-request = Forespørselen kan ikke leses
problem-csrf = Skjemaet hørte til en annen økt
problem-signed-out = Du er ikke logget inn
problem-forbidden = Rollen din er ikke nok
problem-absent = Siden finnes ikke
problem-method = Det kan ikke gjøres her
problem-there-already = Det finnes allerede en fil med det navnet
problem-moved = Noe annet kom først
problem-refused = Det kan ikke gjøres
problem-misconfigured = Konfigurasjonen har feil
problem-too-large = Det er for mye
problem-media-type = Slikt innhold tas ikke imot
problem-key-reused = Samme forespørsel kom med et annet innhold
problem-too-many = For mange forsøk
problem-failed = Noe gikk galt
problem-closing = Serveren stenger
problem-remedy-bad-request = Gå tilbake og prøv igjen.
problem-remedy-csrf = Gå tilbake, last siden på nytt, og gjenta det du gjorde.
problem-remedy-signed-out = Logg inn for å fortsette.
problem-remedy-forbidden = Be en administrator for kommunen om rollen.
problem-remedy-absent = Den er borte, eller du har ingen rolle der.
problem-remedy-method = Gå tilbake og bruk sidens egne knapper.
problem-remedy-there-already = Velg at den skal erstattes, eller gi filen et annet navn.
problem-remedy-moved = Gå tilbake og se hvordan det står nå.
problem-remedy-refused = Teksten under sier hvorfor.
problem-remedy-misconfigured = Den som passer kommunens fil, må rette den.
problem-remedy-too-large = Send mindre, eller be om en høyere grense.
problem-remedy-media-type = Velg en annen fil.
problem-remedy-key-reused = Begynn på nytt.
problem-remedy-too-many = Vent noen minutter.
problem-remedy-failed = Prøv igjen. Skjer det igjen, så fortell brukerstøtte når det skjedde.
problem-remedy-closing = Prøv igjen om et minutt.
