# Sentences that are known by their code: why something is as it is, and what is found.
explain-present = { $state ->
    [confirmed] Har objektet { $key }, bekräftat i körning { $cycle }.
   *[queued] Objektet { $key } togs emot i körning { $cycle } och står i kö i systemet.
}
explain-gone = Ingen källa har längre något objekt för den.
explain-out-of-scope = Den omfattas inte: villkoret i inställningarna är inte uppfyllt.
explain-no-reference = Det som objektet ska hänvisa till finns inte i mottagarsystemet. Ta först reda på varför det saknas.
explain-mapping = Mallen för { $field } kan inte räknas ut för den:
explain-incomplete = Objektet kan inte skapas utan { $missing }, och ingen källa anger det.
explain-asked = En person måste först svara på om mottagarsystemet redan har objektet: ärende { $case }.
explain-case = Se ärendet
explain-not-creatable = Kopplingen kan inte skapa objekt av det slaget.
explain-refused = Mottagarsystemet nekade den i körning { $cycle }.
explain-deferred = Mottagarsystemet sköt upp den i körning { $cycle }.
explain-waits = { $state ->
    [held-over] Den är planerad i körning { $cycle }, men mottagarsystemet har fått vad det får på en dag. Den väntar till en annan dag.
    [sent] Den är skickad i körning { $cycle }, och mottagarsystemet har inte svarat än.
   *[planned] Den är planerad i körning { $cycle }, men inte utförd än.
}
explain-rejected = Planen i körning { $cycle } avvisades av en person.
explain-unseen = Mottagarsystemet tog emot den i körning { $cycle }, men har inte visat den sedan dess.
explain-not-planned = Inget står i vägen. Den kommer med i planen i nästa körning.
explain-unexplained = Inget står i vägen, och ändå är inget planerat. Gör en körning, och fråga supporten om det inte hjälper.
explain-no-class = Mottagarsystemet får inga objekt för: { $kind }.
explain-condition = Villkoret:
explain-no-cycle = Det har inte varit någon körning än.
explain-held = Körning { $cycle } väntar vid steget { $step }.
explain-see-cycle = Se körningen
reason-missing = Den omfattas, och mottagarsystemet har inget objekt för den.
reason-requested = { $who } har bett om det:
reason-differs = { $attributes_count ->
    [one] { $attributes } skiljer sig.
   *[other] { $attributes } skiljer sig.
}
reason-returned = { $attributes_count ->
    [one] Den har kommit tillbaka. { $attributes } skiljer sig.
   *[other] Den har kommit tillbaka. { $attributes } skiljer sig.
}
reason-source-gone = Ingen källa nämner den längre.
reason-out-of-scope = Den omfattas inte längre.
reason-source-gone-off = Ingen källa nämner den längre. Objektet avaktiveras.
reason-out-of-scope-off = Den omfattas inte längre. Objektet avaktiveras.
cause-grace-over = Fristen har gått ut.
cause-not-named = { $object } nämns inte längre av källan.
cause-named-by-none = Källan nämner den inte längre.
cause-named-again = { $object } nämns igen av källan.
outranked-within-source = ett annat objekt från samma källa går först
outranked-believed-before = { $winner } går före { $loser }
outranked-owned = { $winner } bestämmer över uppgiften
outranked-by-hand = värdet är satt för hand
found-mapping = Mallen kan inte räknas ut.
found-incomplete = { $attributes } saknas, och ett objekt av slaget { $class } kan inte vara utan.
found-unmatchable = { $attributes } saknas, som objekt av slaget { $class } känns igen på. Utan det skulle det bli en dubblett.
found-not-linked = Mottagarsystemet har redan objektet { $key } av slaget { $class }, som inte hör till någon.
found-key-taken = { $whose ->
    [anothers] Nyckeln { $key } av slaget { $class } används redan av en annan: { $who }.
    [told-apart] Nyckeln { $key } av slaget { $class } hör till ett objekt som enligt { $who } är ett annat.
   *[not-it] Nyckeln { $key } av slaget { $class } hör till ett objekt som en person har sagt är ett annat.
}
found-key-differs = { $why ->
    [kept] Nyckeln skulle i dag bli { $key }, men mottagarsystemet låter inte nyckeln { $there } ändras.
   *[otherwise] Nyckeln är { $key }, men mottagarsystemet har samma användare under nyckeln { $there }.
}
found-ruling = { $who } har länkat den till { $entity }, som är av ett annat slag.
found-put-off = Mottagarsystemet skjuter upp ändringen.
found-conflict = Objektet { $key } i mottagarsystemet står i vägen.
found-rejected = Mottagarsystemet nekar ändringen.
found-attribute = uppgiften { $name }
remedy-mapping = Rätta mallen eller de värden som den använder. Till dess blir allt som det är.
remedy-incomplete = Ange värdet i en källa, eller välj ett annat i inställningarna. Till dess skickas inget.
remedy-unmatchable = Ange värdet i en källa. Då skickas den av sig själv.
remedy-not-linked = Länka objektet till den om det är samma. Rätta annars den ena av de två nycklarna.
remedy-key-taken = Se till att inställningarna ger var och en sin egen nyckel.
remedy-key-differs = { $why ->
    [kept] Inget om den gamla nyckeln får vara kvar. Ta annars bort objektet i mottagarsystemet; det skapas på nytt under den nya nyckeln.
   *[otherwise] Rätta nyckeln i källan eller i mottagarsystemet. Användaren kommer då med av sig själv i nästa körning; till dess varken skapas eller tas den bort.
}
remedy-ruling = Länka den till en av samma slag.
remedy-put-off = Inget just nu. Nästa körning försöker igen.
remedy-conflict = Ta reda på vilket av de två objekten som är rätt och rätta eller ta bort det andra.
remedy-rejected = Rätta värdet i källan eller i inställningarna. Nästa körning försöker igen.
note-not-enrolled = Inte inskriven: inget är planerat eller skickat.
note-daily-limit = Systemet får högst { $limit } ändringar om dagen. { $held_over } väntar till en annan dag.
no-promotion-plan = Ett läsårsbyte märks i vad en källa levererar, och det här är en plan.
no-promotion-no-years = Ingen uppgift anger elevernas årskurs.
no-promotion-nobody-stays = Inga elever stannar.
no-promotion-few-up = Bara { $up } av de { $stay } elever som stannar flyttas upp en årskurs. Det är mindre än { $percent } %.
no-promotion-few-from-top = Bara { $top } av de { $left } elever som slutar gick i högsta årskursen. Det är mindre än { $percent } %.
no-promotion-unexplained = Ett läsårsbyte förklarar inte det här:
