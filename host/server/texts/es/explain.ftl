# Sentences that are known by their code: why something is as it is, and what is found.
explain-present = { $state ->
    [confirmed] Tiene el objeto { $key }, confirmado en el ciclo { $cycle }.
   *[queued] El objeto { $key } se recibió en el ciclo { $cycle } y está en la cola del sistema.
}
explain-gone = Ninguna fuente tiene ya un objeto para ella.
explain-out-of-scope = Queda fuera: no cumple la condición de la configuración.
explain-no-reference = Aquello a lo que su objeto debe remitir no está en el destino. Consulte primero por qué falta.
explain-mapping = La plantilla de { $field } no se puede calcular para ella:
explain-incomplete = Su objeto no se puede crear sin { $missing }, y ninguna fuente lo indica.
explain-asked = Una persona tiene que decir antes si el destino ya tiene su objeto: caso { $case }.
explain-case = Ver el caso
explain-not-creatable = El conector no puede crear objetos de esta clase.
explain-refused = El destino la rechazó en el ciclo { $cycle }.
explain-deferred = El destino la aplazó en el ciclo { $cycle }.
explain-waits = { $state ->
    [held-over] Está planificada en el ciclo { $cycle }, pero el destino ya recibió lo que recibe en un día. Espera a otro día.
    [sent] Se envió en el ciclo { $cycle } y el destino aún no ha respondido.
   *[planned] Está planificada en el ciclo { $cycle }, pero aún no se ha ejecutado.
}
explain-rejected = Una persona rechazó el plan del ciclo { $cycle }.
explain-unseen = El destino la recibió en el ciclo { $cycle } y no la ha mostrado desde entonces.
explain-not-planned = Nada lo impide. El próximo ciclo la incluirá en el plan.
explain-unexplained = Nada lo impide y, sin embargo, no hay nada planificado. Ejecute un ciclo y pregunte a soporte si sigue igual.
explain-no-class = El destino no recibe objetos para: { $kind }.
explain-condition = La condición:
explain-no-cycle = Todavía no ha habido ningún ciclo.
explain-held = El ciclo { $cycle } espera en el paso { $step }.
explain-see-cycle = Ver el ciclo
reason-missing = Le corresponde y el destino no tiene ningún objeto para ella.
reason-requested = Lo pidió { $who }:
reason-differs = { $attributes_count ->
    [one] { $attributes } es distinto.
   *[other] { $attributes } son distintos.
}
reason-returned = { $attributes_count ->
    [one] Ha vuelto. { $attributes } es distinto.
   *[other] Ha vuelto. { $attributes } son distintos.
}
reason-source-gone = Ninguna fuente la menciona ya.
reason-out-of-scope = Ya no le corresponde estar en el destino.
reason-source-gone-off = Ninguna fuente la menciona ya. Su objeto se desactiva.
reason-out-of-scope-off = Ya no le corresponde estar en el destino. Su objeto se desactiva.
cause-grace-over = Ha terminado el plazo de gracia.
cause-not-named = La fuente ya no menciona { $object }.
cause-named-by-none = Su fuente ya no la menciona.
cause-named-again = La fuente vuelve a mencionar { $object }.
outranked-within-source = otro objeto de la misma fuente va antes
outranked-believed-before = { $winner } tiene prioridad sobre { $loser }
outranked-owned = { $winner } decide sobre este dato
outranked-by-hand = el valor se fijó a mano
found-mapping = La plantilla no se puede calcular.
found-incomplete = Falta { $attributes }, sin lo cual no puede haber un objeto de la clase { $class }.
found-unmatchable = Falta { $attributes }, por lo que se reconocen los objetos de la clase { $class }. Sin ello habría un duplicado.
found-not-linked = El destino ya tiene el objeto { $key } de la clase { $class }, que no es de nadie.
found-key-taken = { $whose ->
    [anothers] La clave { $key } de la clase { $class } ya la usa otra: { $who }.
    [told-apart] La clave { $key } de la clase { $class } es de un objeto que, según { $who }, es otro.
   *[not-it] La clave { $key } de la clase { $class } es de un objeto que una persona ha dicho que es otro.
}
found-key-differs = { $why ->
    [kept] La clave sería hoy { $key }, pero el destino no permite cambiar la clave { $there }.
   *[otherwise] La clave es { $key }, pero el destino tiene al mismo usuario con la clave { $there }.
}
found-ruling = { $who } la vinculó con { $entity }, que es de otro tipo.
found-put-off = El destino aplaza el cambio.
found-conflict = El objeto { $key } del destino lo impide.
found-rejected = El destino rechaza el cambio.
found-attribute = dato { $name }
remedy-mapping = Corrija la plantilla o los valores que usa. Hasta entonces todo queda como está.
remedy-incomplete = Indique el valor en una fuente o elija otro en la configuración. Hasta entonces no se envía nada.
remedy-unmatchable = Indique el valor en una fuente. Entonces se enviará automáticamente.
remedy-not-linked = Vincule el objeto si es el mismo. Si no, corrija la clave de uno de los dos.
remedy-key-taken = Procure que la configuración dé a cada una su propia clave.
remedy-key-differs = { $why ->
    [kept] Nada, si la clave antigua puede quedarse. Si no, quite el objeto en el destino; se creará de nuevo con la clave nueva.
   *[otherwise] Corrija la clave en la fuente o en el destino. El usuario se incorporará automáticamente en el próximo ciclo; hasta entonces no se crea ni se quita.
}
remedy-ruling = Vincúlela con una del mismo tipo.
remedy-put-off = Nada por ahora. El próximo ciclo lo intenta de nuevo.
remedy-conflict = Averigüe cuál de los dos objetos es el correcto y corrija o quite el otro.
remedy-rejected = Corrija el valor en la fuente o en la configuración. El próximo ciclo lo intenta de nuevo.
note-not-enrolled = Sin alta: no se ha planificado ni enviado nada.
note-daily-limit = El sistema recibe como máximo { $limit } cambios al día. { $held_over } esperan a otro día.
no-promotion-plan = Un cambio de curso se ve en lo que entrega una fuente, y esto es un plan.
no-promotion-no-years = Ningún dato indica el curso de los alumnos.
no-promotion-nobody-stays = No se queda ningún alumno.
no-promotion-few-up = Solo { $up } de los { $stay } alumnos que se quedan pasan un curso. Es menos del { $percent } %.
no-promotion-few-from-top = Solo { $top } de los { $left } alumnos que se van estaban en el último curso. Es menos del { $percent } %.
no-promotion-unexplained = Un cambio de curso no explica esto:
