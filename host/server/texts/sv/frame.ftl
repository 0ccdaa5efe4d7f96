# What every page has, and what everything else shares.
app-name = Samklang
choose = Välj
language = Språk
skip-to-content = Gå till innehållet
none = Inga
since = sedan { $when }
reason = Motivering
reason-hint = Den sparas tillsammans med ditt namn.
sign-in = Logga in
sign-out = Logga ut
to-the-overview = Till översikten

nav-yourself = Du
nav-tenant = Kommunens sidor
nav-access = Åtkomst
nav-support = Till support
nav-cycle = Körning
nav-people = Personer och enheter
nav-cases = Ärenden
nav-plan = Plan
nav-enrolment = Inskrivning
nav-connections = Anslutningar
nav-history = Historik
nav-journal = Journal

overview-title = Alla kommuner
overview-none = Du har ännu ingen roll i någon kommun. Be en administratör om en.
overview-tenant = Kommun
overview-cycle = Körning
overview-waits = Väntar på
overview-last = Senaste körning
overview-next = Nästa körning
overview-cases = Ärenden
overview-never = Ingen körning ännu
overview-broken = Att någon rättar konfigurationen
overview-waits-for = { $owner } ({ $system })
overview-nobody = Ingen
overview-no-schedule = Inget schema
cases-open = { $count ->
    [one] { $count } öppet
   *[other] { $count } öppna
}

look-pending = Inte än
look-waiting = Väntar
look-late = Försenad
look-running = Körs
look-done = Klar
look-halted = Stoppad
look-failed = Misslyckades
look-rejected = Avvisad

owner-operator = Dig
owner-system = Systemet
owner-connector-vendor = Leverantören av anslutningen
owner-support = Support

step-import = Import
step-compare = Jämförelse
step-reconcile = Katalog
step-export = Export
step-feedback = Återkoppling

problem-bad-request = Begäran kan inte läsas
problem-csrf = Formuläret hörde till en annan session
problem-signed-out = Du är inte inloggad
problem-forbidden = Din roll räcker inte
problem-absent = Sidan finns inte
problem-method = Det kan inte göras här
problem-there-already = Det finns redan en fil med det namnet
problem-moved = Något annat kom först
problem-refused = Det kan inte göras
problem-misconfigured = Konfigurationen har fel
problem-too-large = Det är för mycket
problem-media-type = Sådant innehåll tas inte emot
problem-key-reused = Samma begäran kom med ett annat innehåll
problem-too-many = För många försök
problem-failed = Något gick fel
problem-closing = Servern stänger
problem-remedy-bad-request = Gå tillbaka och försök igen.
problem-remedy-csrf = Gå tillbaka, ladda om sidan och gör om det du gjorde.
problem-remedy-signed-out = Logga in för att fortsätta.
problem-remedy-forbidden = Be en administratör för kommunen om rollen.
problem-remedy-absent = Den är borta, eller så har du ingen roll där.
problem-remedy-method = Gå tillbaka och använd sidans egna knappar.
problem-remedy-there-already = Välj att den ska ersättas, eller ge filen ett annat namn.
problem-remedy-moved = Gå tillbaka och se hur det står nu.
problem-remedy-refused = Texten nedan säger varför.
problem-remedy-misconfigured = Den som sköter kommunens fil måste rätta den.
problem-remedy-too-large = Skicka mindre, eller be om en högre gräns.
problem-remedy-media-type = Välj en annan fil.
problem-remedy-key-reused = Börja om.
problem-remedy-too-many = Vänta några minuter.
problem-remedy-failed = Försök igen. Händer det igen, berätta för support när det hände.
problem-remedy-closing = Försök igen om en minut.
