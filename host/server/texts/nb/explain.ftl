# Sentences that are known by their code: why something is as it is, and what is found.
explain-present = { $state ->
    [confirmed] Har objektet { $key }, bekreftet i kjøring { $cycle }.
   *[queued] Objektet { $key } ble tatt imot i kjøring { $cycle } og står i kø i systemet.
}
explain-gone = Ingen kilde har lenger noe objekt for den.
explain-out-of-scope = Den er ikke omfattet: betingelsen i oppsettet er ikke oppfylt.
explain-no-reference = Det som objektet skal vise til, finnes ikke i mottakersystemet. Få først forklart hvorfor det mangler.
explain-mapping = Malen for { $field } kan ikke regnes ut for den:
explain-incomplete = Objektet kan ikke opprettes uten { $missing }, og ingen kilde oppgir det.
explain-asked = En person må først svare på om mottakersystemet allerede har objektet: sak { $case }.
explain-case = Se saken
explain-not-creatable = Konnektoren kan ikke opprette objekter av dette slaget.
explain-refused = Mottakersystemet avviste den i kjøring { $cycle }.
explain-deferred = Mottakersystemet utsatte den i kjøring { $cycle }.
explain-waits = { $state ->
    [held-over] Den er planlagt i kjøring { $cycle }, men mottakersystemet har fått det det får på en dag. Den venter på en annen dag.
    [sent] Den er sendt i kjøring { $cycle }, og mottakersystemet har ikke svart ennå.
   *[planned] Den er planlagt i kjøring { $cycle }, men ikke utført ennå.
}
explain-rejected = Planen i kjøring { $cycle } ble avvist av en person.
explain-unseen = Mottakersystemet tok imot den i kjøring { $cycle }, men har ikke vist den siden.
explain-not-planned = Ingenting står i veien. Den kommer med i planen i neste kjøring.
explain-unexplained = Ingenting står i veien, og likevel er ingenting planlagt. Ta en kjøring, og spør brukerstøtte hvis det ikke hjelper.
explain-no-class = Mottakersystemet får ingen objekter for: { $kind }.
explain-condition = Betingelsen:
explain-no-cycle = Det har ikke vært noen kjøring ennå.
explain-held = Kjøring { $cycle } venter ved trinnet { $step }.
explain-see-cycle = Se kjøringen
reason-missing = Den er omfattet, og mottakersystemet har ikke noe objekt for den.
reason-requested = { $who } har bedt om det:
reason-differs = { $attributes_count ->
    [one] { $attributes } er annerledes.
   *[other] { $attributes } er annerledes.
}
reason-returned = { $attributes_count ->
    [one] Den er kommet tilbake. { $attributes } er annerledes.
   *[other] Den er kommet tilbake. { $attributes } er annerledes.
}
reason-source-gone = Ingen kilde nevner den lenger.
reason-out-of-scope = Den er ikke lenger omfattet.
reason-source-gone-off = Ingen kilde nevner den lenger. Objektet deaktiveres.
reason-out-of-scope-off = Den er ikke lenger omfattet. Objektet deaktiveres.
cause-grace-over = Fristen er ute.
cause-not-named = { $object } nevnes ikke lenger av kilden.
cause-named-by-none = Kilden nevner den ikke lenger.
cause-named-again = { $object } nevnes igjen av kilden.
outranked-within-source = et annet objekt fra samme kilde kommer først
outranked-believed-before = { $winner } går foran { $loser }
outranked-owned = { $winner } bestemmer over opplysningen
outranked-by-hand = verdien er satt manuelt
found-mapping = Malen kan ikke regnes ut.
found-incomplete = Det mangler { $attributes }, som et objekt av slaget { $class } ikke kan være uten.
found-unmatchable = Det mangler { $attributes }, som objekter av slaget { $class } gjenkjennes på. Uten det ville det blitt en dublett.
found-not-linked = Mottakersystemet har allerede objektet { $key } av slaget { $class }, som ikke hører til noen.
found-key-taken = { $whose ->
    [anothers] Nøkkelen { $key } av slaget { $class } brukes allerede av en annen: { $who }.
    [told-apart] Nøkkelen { $key } av slaget { $class } hører til et objekt som ifølge { $who } er et annet.
   *[not-it] Nøkkelen { $key } av slaget { $class } hører til et objekt som en person har sagt er et annet.
}
found-key-differs = { $why ->
    [kept] Nøkkelen ville i dag blitt { $key }, men mottakersystemet lar ikke nøkkelen { $there } bli endret.
   *[otherwise] Nøkkelen er { $key }, men mottakersystemet har samme bruker under nøkkelen { $there }.
}
found-ruling = { $who } har knyttet den til { $entity }, som er av et annet slag.
found-put-off = Mottakersystemet utsetter endringen.
found-conflict = Objektet { $key } i mottakersystemet står i veien.
found-rejected = Mottakersystemet avviser endringen.
found-attribute = opplysningen { $name }
remedy-mapping = Rett malen eller verdiene den bruker. Inntil da blir alt som det er.
remedy-incomplete = Oppgi verdien i en kilde, eller velg en annen i oppsettet. Inntil da sendes ingenting.
remedy-unmatchable = Oppgi verdien i en kilde. Da sendes den av seg selv.
remedy-not-linked = Knytt objektet til den hvis det er det samme. Ellers rett den ene av de to nøklene.
remedy-key-taken = Sørg for at oppsettet gir hver sin egen nøkkel.
remedy-key-differs = { $why ->
    [kept] Ingenting hvis den gamle nøkkelen kan bli. Ellers fjern objektet i mottakersystemet; det opprettes på nytt under den nye nøkkelen.
   *[otherwise] Rett nøkkelen i kilden eller i mottakersystemet. Brukeren kommer da med av seg selv i neste kjøring; inntil da blir den verken opprettet eller fjernet.
}
remedy-ruling = Knytt den til en av samme slag.
remedy-put-off = Ingenting akkurat nå. Neste kjøring prøver igjen.
remedy-conflict = Finn ut hvilket av de to objektene som er riktig, og rett eller fjern det andre.
remedy-rejected = Rett verdien i kilden eller i oppsettet. Neste kjøring prøver igjen.
note-not-enrolled = Ikke innmeldt: ingenting er planlagt eller sendt.
note-daily-limit = Systemet får høyst { $limit } endringer om dagen. { $held_over } venter på en annen dag.
no-promotion-plan = Et skoleopprykk viser seg i det en kilde leverer, og dette er en plan.
no-promotion-no-years = Ingen opplysning forteller elevenes trinn.
no-promotion-nobody-stays = Ingen elever blir.
no-promotion-few-up = Bare { $up } av de { $stay } elevene som blir, rykker opp ett trinn. Det er mindre enn { $percent } %.
no-promotion-few-from-top = Bare { $top } av de { $left } elevene som slutter, gikk på øverste trinn. Det er mindre enn { $percent } %.
no-promotion-unexplained = Et skoleopprykk forklarer ikke dette:
