# Hvad der fortælles med mail.
notice-halted = { $tenant }: kørslen er standset og venter på en beslutning
notice-halted-text = Kørslen for { $tenant } er standset: den ville ændre mere end grænserne tillader. Intet af det er udført. En, der må godkende, skal se på det og frigive eller afvise det.
notice-second = { $tenant }: én har frigivet kørslen, og der skal én til
notice-second-text = Det, der er standset i kørslen for { $tenant }, kræver to personer. Den ene har frigivet det. En anden, der må godkende, skal se på det og sige det samme, eller afvise det.
notice-failed = { $tenant }: kørslen kan ikke fortsætte
notice-failed-text = Kørslen for { $tenant } kan ikke fortsætte. Det, der allerede er gjort, er bevaret.
notice-late = { $tenant }: data er forsinket
notice-late-text = Kørslen for { $tenant } venter på data, der burde være kommet nu. Den fortsætter af sig selv, når data kommer.
notice-broken = { $tenant }: konfigurationen har fejl
notice-broken-text = Konfigurationen for { $tenant } har fejl, så ingen kørsel kan gennemføres. Den, der passer konfigurationen, skal rette dem.
notice-mended = { $tenant }: konfigurationen er i orden igen
notice-mended-text = Konfigurationen for { $tenant } kan bruges igen. Kørslerne går videre som før.
notice-recovered = { $tenant }: kørslen kører igen
notice-recovered-text = Det, der tidligere blev meldt om kørslen for { $tenant }, er overstået: kørslen er nået til ende.
notice-cases = { $tenant }: { $count ->
    [one] en sag venter på svar
   *[other] { $count } sager venter på svar
}
notice-cases-text = Hos { $tenant } er der sager, som kun et menneske kan afgøre. Alle andre synkroniseres imens.
notice-unused = { $tenant }: et meldt skoleårsskifte er ikke blevet brugt
notice-unused-text = Der var meldt et nyt skoleår for { $tenant }, og tiden er gået, uden at der kom en import, der lignede et. Et nyt skoleår bliver igen standset. Er det på vej, skal en, der må godkende, melde det på ny.
notice-step = Hvor: { $step }
notice-step-at = Hvor: { $step }, { $system }
notice-owner = Hvem kan handle: { $owner }
notice-link = Se mere her: { $link }
notice-once = Du får denne besked én gang. Du får besked igen, når noget ændrer sig.
notice-on-demand = Efter ønske

work-error = Den seneste opgave kunne slet ikke køres, { $when }.
work-again = Der prøves igen af sig selv { $when }.
work-untold-mail = En mail om dette kunne ikke afleveres, { $when }.
work-untold-webhook = Webhooken kunne ikke nås, { $when }.
