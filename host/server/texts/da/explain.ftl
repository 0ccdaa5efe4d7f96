# Sentences that are known by their code: why something is as it is, and what is found.
explain-present = { $state ->
    [confirmed] Har objektet { $key }, bekræftet i kørsel { $cycle }.
   *[queued] Objektet { $key } er taget imod i kørsel { $cycle } og står i kø i systemet.
}
explain-gone = Ingen kilde har længere et objekt for den.
explain-out-of-scope = Den er ikke omfattet: betingelsen i opsætningen er ikke opfyldt.
explain-no-reference = Det, som objektet skal henvise til, findes ikke i modtagersystemet. Få først forklaret, hvorfor det ikke gør.
explain-mapping = Skabelonen for { $field } kan ikke regnes ud for den:
explain-incomplete = Objektet kan ikke oprettes uden { $missing }, og ingen kilde oplyser det.
explain-asked = En person skal først svare på, om modtagersystemet allerede har objektet: sag { $case }.
explain-case = Se sagen
explain-not-creatable = Konnektoren kan ikke oprette objekter af den slags.
explain-refused = Modtagersystemet afviste den i kørsel { $cycle }.
explain-deferred = Modtagersystemet udsatte den i kørsel { $cycle }.
explain-waits = { $state ->
    [held-over] Den er planlagt i kørsel { $cycle }, men modtagersystemet har fået det, det må få på en dag. Den venter på en anden dag.
    [sent] Den er sendt i kørsel { $cycle }, og modtagersystemet har ikke svaret endnu.
   *[planned] Den er planlagt i kørsel { $cycle }, men ikke udført endnu.
}
explain-rejected = Planen i kørsel { $cycle } blev afvist af en person.
explain-unseen = Modtagersystemet tog imod den i kørsel { $cycle }, men har ikke vist den siden.
explain-not-planned = Intet står i vejen. Den kommer med i planen i næste kørsel.
explain-unexplained = Intet står i vejen, og alligevel er intet planlagt. Lav en kørsel, og spørg support, hvis det ikke hjælper.
explain-no-class = Modtagersystemet får ingen objekter for: { $kind }.
explain-condition = Betingelsen:
explain-no-cycle = Der har ikke været nogen kørsel endnu.
explain-held = Kørsel { $cycle } venter ved trinnet { $step }.
explain-see-cycle = Se kørslen
reason-missing = Den er omfattet, og modtagersystemet har intet objekt for den.
reason-requested = { $who } har bedt om det:
reason-differs = { $attributes_count ->
    [one] { $attributes } er anderledes.
   *[other] { $attributes } er anderledes.
}
reason-returned = { $attributes_count ->
    [one] Den er kommet tilbage. { $attributes } er anderledes.
   *[other] Den er kommet tilbage. { $attributes } er anderledes.
}
reason-source-gone = Ingen kilde nævner den længere.
reason-out-of-scope = Den er ikke længere omfattet.
reason-source-gone-off = Ingen kilde nævner den længere. Objektet deaktiveres.
reason-out-of-scope-off = Den er ikke længere omfattet. Objektet deaktiveres.
cause-grace-over = Fristen er udløbet.
cause-not-named = { $object } nævnes ikke længere af kilden.
cause-named-by-none = Kilden nævner den ikke længere.
cause-named-again = { $object } nævnes igen af kilden.
outranked-within-source = et andet objekt fra samme kilde kommer først
outranked-believed-before = { $winner } går forud for { $loser }
outranked-owned = { $winner } bestemmer over oplysningen
outranked-by-hand = værdien er sat manuelt
found-mapping = Skabelonen kan ikke regnes ud.
found-incomplete = Der mangler { $attributes }, som et objekt af slagsen { $class } ikke kan undvære.
found-unmatchable = Der mangler { $attributes }, som objekter af slagsen { $class } genkendes på. Uden det ville der opstå en dublet.
found-not-linked = Modtagersystemet har allerede objektet { $key } af slagsen { $class }, som ikke hører til nogen.
found-key-taken = { $whose ->
    [anothers] Nøglen { $key } af slagsen { $class } bruges allerede af en anden: { $who }.
    [told-apart] Nøglen { $key } af slagsen { $class } hører til et objekt, som ifølge { $who } er et andet.
   *[not-it] Nøglen { $key } af slagsen { $class } hører til et objekt, som en person har sagt er et andet.
}
found-key-differs = { $why ->
    [kept] Nøglen ville i dag blive { $key }, men modtagersystemet lader ikke nøglen { $there } blive ændret.
   *[otherwise] Nøglen er { $key }, men modtagersystemet har samme bruger under nøglen { $there }.
}
found-ruling = { $who } har knyttet den til { $entity }, som er af en anden slags.
found-put-off = Modtagersystemet udsætter ændringen.
found-conflict = Objektet { $key } i modtagersystemet står i vejen.
found-rejected = Modtagersystemet afviser ændringen.
found-attribute = oplysningen { $name }
remedy-mapping = Ret skabelonen eller de værdier, den bruger. Indtil da bliver alt, som det er.
remedy-incomplete = Giv værdien i en kilde, eller vælg en anden i opsætningen. Indtil da sendes intet.
remedy-unmatchable = Giv værdien i en kilde. Så sendes den af sig selv.
remedy-not-linked = Knyt objektet til den, hvis det er det samme. Ellers ret den ene af de to nøgler.
remedy-key-taken = Sørg for, at opsætningen giver hver sin egen nøgle.
remedy-key-differs = { $why ->
    [kept] Intet, hvis den gamle nøgle må blive. Ellers fjern objektet i modtagersystemet; det oprettes på ny under den nye nøgle.
   *[otherwise] Ret nøglen i kilden eller i modtagersystemet. Brugeren kommer så med af sig selv i næste kørsel; indtil da bliver den hverken oprettet eller fjernet.
}
remedy-ruling = Knyt den til en af samme slags.
remedy-put-off = Intet lige nu. Næste kørsel prøver igen.
remedy-conflict = Find ud af, hvilket af de to objekter der er det rigtige, og ret eller fjern det andet.
remedy-rejected = Ret værdien i kilden eller i opsætningen. Næste kørsel prøver igen.
note-not-enrolled = Ikke tilmeldt: intet er planlagt eller sendt.
note-daily-limit = Systemet får højst { $limit } ændringer om dagen. { $held_over } venter på en anden dag.
no-promotion-plan = Et skoleårsskifte viser sig i det, en kilde leverer, og det her er en plan.
no-promotion-no-years = Ingen oplysning fortæller elevernes klassetrin.
no-promotion-nobody-stays = Ingen elever bliver.
no-promotion-few-up = Kun { $up } af de { $stay } elever, der bliver, rykker ét klassetrin op. Det er mindre end { $percent } %.
no-promotion-few-from-top = Kun { $top } af de { $left } elever, der går ud, gik på det øverste klassetrin. Det er mindre end { $percent } %.
no-promotion-unexplained = Et skoleårsskifte forklarer ikke dette:
