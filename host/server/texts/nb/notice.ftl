# Hva som fortelles med e-post.
notice-halted = { $tenant }: kjøringen er stanset og venter på en beslutning
notice-halted-text = Kjøringen for { $tenant } er stanset: den ville endre mer enn grensene tillater. Ingenting av det er utført. Noen som kan godkjenne, må se på det og frigi eller avvise det.
notice-second = { $tenant }: én har frigitt kjøringen, og det trengs én til
notice-second-text = Det som er stanset i kjøringen for { $tenant }, krever to personer. Den ene har frigitt det. En annen som kan godkjenne, må se på det og si det samme, eller avvise det.
notice-failed = { $tenant }: kjøringen kan ikke fortsette
notice-failed-text = Kjøringen for { $tenant } kan ikke fortsette. Det som allerede er gjort, er tatt vare på.
notice-late = { $tenant }: data er forsinket
notice-late-text = Kjøringen for { $tenant } venter på data som burde ha kommet nå. Den fortsetter av seg selv når dataene kommer.
notice-broken = { $tenant }: konfigurasjonen har feil
notice-broken-text = Konfigurasjonen for { $tenant } har feil, så ingen kjøring kan gjennomføres. Den som har ansvar for konfigurasjonen, må rette dem.
notice-mended = { $tenant }: konfigurasjonen er i orden igjen
notice-mended-text = Konfigurasjonen for { $tenant } kan brukes igjen. Kjøringene går videre som før.
notice-recovered = { $tenant }: kjøringen går igjen
notice-recovered-text = Det som tidligere ble meldt om kjøringen for { $tenant }, er over: kjøringen er kommet i mål.
notice-cases = { $tenant }: { $count ->
    [one] en sak venter på svar
   *[other] { $count } saker venter på svar
}
notice-cases-text = Hos { $tenant } er det saker som bare et menneske kan avgjøre. Alle andre synkroniseres imens.
notice-unused = { $tenant }: et meldt skoleopprykk er ikke blitt brukt
notice-unused-text = Et nytt skoleår var meldt for { $tenant }, og tiden er ute uten at det kom en import som lignet et. Et nytt skoleår blir stanset igjen. Er det fremdeles på vei, må noen som kan godkjenne, melde det på nytt.
notice-step = Hvor: { $step }
notice-step-at = Hvor: { $step }, { $system }
notice-owner = Hvem kan handle: { $owner }
notice-link = Se mer her: { $link }
notice-once = Du får denne beskjeden én gang. Du får beskjed igjen når noe endrer seg.
notice-on-demand = Etter ønske

work-error = Den siste oppgaven kunne ikke kjøres i det hele tatt, { $when }.
work-again = Det prøves igjen av seg selv { $when }.
work-untold-mail = En e-post om dette kunne ikke leveres, { $when }.
work-untold-webhook = Webhooken kunne ikke nås, { $when }.
