# Vad som berättas med e-post.
notice-halted = { $tenant }: körningen är stoppad och väntar på ett beslut
notice-halted-text = Körningen för { $tenant } är stoppad: den skulle ändra mer än gränserna tillåter. Inget av det har utförts. Någon som får godkänna måste titta på det och släppa fram eller avvisa det.
notice-second = { $tenant }: en person har släppt fram körningen, och en till behövs
notice-second-text = Det som är stoppat i körningen för { $tenant } kräver två personer. Den ena har släppt fram det. Någon annan som får godkänna måste titta på det och säga samma sak, eller avvisa det.
notice-failed = { $tenant }: körningen kan inte fortsätta
notice-failed-text = Körningen för { $tenant } kan inte fortsätta. Det som redan är gjort finns kvar.
notice-late = { $tenant }: data är försenade
notice-late-text = Körningen för { $tenant } väntar på data som borde ha kommit nu. Den fortsätter av sig själv när data kommer.
notice-broken = { $tenant }: konfigurationen innehåller fel
notice-broken-text = Konfigurationen för { $tenant } innehåller fel, så ingen körning kan genomföras. Den som sköter konfigurationen måste rätta dem.
notice-mended = { $tenant }: konfigurationen är i ordning igen
notice-mended-text = Konfigurationen för { $tenant } kan användas igen. Körningarna går vidare som förut.
notice-recovered = { $tenant }: körningen fungerar igen
notice-recovered-text = Det som tidigare meddelades om körningen för { $tenant } är över: körningen har nått sitt slut.
notice-cases = { $tenant }: { $count ->
    [one] ett ärende väntar på svar
   *[other] { $count } ärenden väntar på svar
}
notice-cases-text = Hos { $tenant } finns ärenden som bara en människa kan avgöra. Alla andra synkroniseras under tiden.
notice-unused = { $tenant }: ett anmält läsårsbyte har inte använts
notice-unused-text = Ett nytt läsår var anmält för { $tenant }, och tiden har gått ut utan att det kom någon import som liknade ett. Ett nytt läsår stoppas igen. Är det fortfarande på väg måste någon som får godkänna anmäla det på nytt.
notice-step = Var: { $step }
notice-step-at = Var: { $step }, { $system }
notice-owner = Vem kan agera: { $owner }
notice-link = Se mer här: { $link }
notice-once = Du får det här meddelandet en gång. Du får ett nytt när något ändras.
notice-on-demand = På begäran

work-error = Den senaste uppgiften kunde inte köras alls, { $when }.
work-again = Ett nytt försök görs av sig självt { $when }.
work-untold-mail = Ett e-postmeddelande om detta kunde inte levereras, { $when }.
work-untold-webhook = Webhooken kunde inte nås, { $when }.
