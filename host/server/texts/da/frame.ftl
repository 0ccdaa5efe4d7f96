# What every page has, and what everything else shares.
app-name = Samklang
choose = Vælg
language = Sprog
skip-to-content = Gå til indholdet
none = Ingen
since = siden { $when }
reason = Begrundelse
reason-hint = Den gemmes sammen med dit navn.
sign-in = Log ind
sign-out = Log ud
to-the-overview = Til oversigten

nav-yourself = Dig
nav-tenant = Kommunens sider
nav-access = Adgang
nav-support = Til support
nav-cycle = Kørsel
nav-people = Personer og enheder
nav-cases = Sager
nav-plan = Plan
nav-enrolment = Tilmelding
nav-connections = Forbindelser
nav-history = Historik
nav-journal = Journal

overview-title = Alle kommuner
overview-none = Du har endnu ingen rolle i nogen kommune. Bed en administrator om en.
overview-tenant = Kommune
overview-cycle = Kørsel
overview-waits = Venter på
overview-last = Sidste kørsel
overview-next = Næste kørsel
overview-cases = Sager
overview-never = Ingen kørsel endnu
overview-broken = At nogen retter konfigurationen
overview-waits-for = { $owner } ({ $system })
overview-nobody = Ingen
overview-no-schedule = Ingen tidsplan
cases-open = { $count ->
    [one] { $count } åben
   *[other] { $count } åbne
}

look-pending = Ikke endnu
look-waiting = Venter
look-late = Forsinket
look-running = Kører
look-done = Færdig
look-halted = Standset
look-failed = Fejlet
look-rejected = Afvist

owner-operator = Dig
owner-system = Systemet
owner-connector-vendor = Leverandøren af konnektoren
owner-support = Support

step-import = Import
step-compare = Sammenligning
step-reconcile = Katalog
step-export = Eksport
step-feedback = Tilbagemelding

problem-bad-request = Forespørgslen kan ikke læses
problem-csrf = Formularen hørte til en anden session
problem-signed-out = Du er ikke logget ind
problem-forbidden = Din rolle er ikke nok
problem-absent = Siden findes ikke
problem-method = Det kan ikke gøres her
problem-there-already = Der er allerede en fil med det navn
problem-moved = Noget andet kom først
problem-refused = Det kan ikke gøres
problem-misconfigured = Konfigurationen har fejl
problem-too-large = Det er for meget
problem-media-type = Den slags indhold tages ikke imod
problem-key-reused = Samme forespørgsel kom med et andet indhold
problem-too-many = For mange forsøg
problem-failed = Noget gik galt
problem-closing = Serveren lukker
problem-remedy-bad-request = Gå tilbage og prøv igen.
problem-remedy-csrf = Gå tilbage, genindlæs siden, og gentag det du gjorde.
problem-remedy-signed-out = Log ind for at fortsætte.
problem-remedy-forbidden = Bed en administrator for kommunen om rollen.
problem-remedy-absent = Den er væk, eller du har ingen rolle der.
problem-remedy-method = Gå tilbage og brug sidens egne knapper.
problem-remedy-there-already = Vælg, at den skal erstattes, eller giv filen et andet navn.
problem-remedy-moved = Gå tilbage og se hvordan det står nu.
problem-remedy-refused = Teksten herunder siger hvorfor.
problem-remedy-misconfigured = Den der passer kommunens fil, skal rette den.
problem-remedy-too-large = Send mindre, eller bed om en højere grænse.
problem-remedy-media-type = Vælg en anden fil.
problem-remedy-key-reused = Begynd forfra.
problem-remedy-too-many = Vent nogle minutter.
problem-remedy-failed = Prøv igen. Sker det igen, så fortæl support hvornår det skete.
problem-remedy-closing = Prøv igen om et minut.
