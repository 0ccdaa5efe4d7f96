# What the cycle's pages say: steps, waits, halts, cases, enrolment.

# The cycle and its steps.
cycle-title = Ciclo { $id }
cycle-began = Empezó el { $when }.
cycle-ended = Terminó el { $when }.
cycle-next = Próximo ciclo: { $when }.
cycle-newest = Al ciclo más reciente
cycle-done = El ciclo terminó el { $when }. Todos los pasos están hechos.
cycle-rejected = El ciclo se rechazó el { $when }. No se ha aplicado nada de lo detenido.
cycle-running = El ciclo está en curso desde el { $when }. La página se actualiza sola.
cycle-paused = El ciclo empezó el { $when } y no ha terminado. Continúa cuando se ejecute de nuevo.
cycle-state-halted = El ciclo está detenido y espera una decisión.
cycle-state-failed = El ciclo no se pudo completar.
cycle-state-incomplete = El ciclo ha terminado, pero no todos los sistemas recibieron lo que debían. El resto sigue en el próximo ciclo.
step-fetch = Consulta
step-link = Vinculación
step-link-tried = Prueba de vinculación
step-number = Paso { $number } de { $of }
step-attempt = Intento { $number }
step-time = Hora:
step-progress = Progreso del paso
said-step = { $step }: { $look }
count-read = { $count } leídos
count-added = { $count } nuevos
count-changed = { $count } cambiados
count-removed = { $count } eliminados
count-planned = { $count } previstos
count-done = { $count } hechos
count-refused = { $count } rechazados

# What a cycle waits for: what, since when, who can act, what to do, the way to support.
wait-guard-import = La importación cambia más de lo permitido sin una decisión
wait-guard-plan = El plan para { $system } cambia más de lo permitido sin una decisión
wait-stop-refused = Los datos de { $system } se contradicen. No se ha aplicado nada de ellos
wait-stop-breaker = { $system } rechazó tantos cambios que el resto espera al próximo ciclo
wait-fault-invalid-settings = La conexión con { $system } tiene ajustes que no se pueden usar
wait-fault-unauthorised = { $system } no acepta las credenciales, o les falta un permiso
wait-fault-unreachable = No se puede acceder a { $system }, o está fuera de servicio
wait-fault-rate-limited = { $system } pide una pausa
wait-fault-waiting-for-data = A la espera de datos de { $system }
wait-fault-invalid-data = { $system } entregó algo que no puede ser correcto. No se ha aplicado nada
wait-fault-resync-required = { $system } debe leerse de nuevo por completo
wait-fault-unsupported = El conector de { $system } no puede hacer este paso
wait-fault-internal = El conector de { $system } comunica un fallo propio
wait-fault-trap = El conector de { $system } se ha interrumpido
wait-fault-out-of-cpu = El conector de { $system } usó más tiempo de procesador del permitido
wait-fault-out-of-time = Una llamada a { $system } tardó más de lo permitido
wait-fault-out-of-memory = El conector de { $system } quiso más memoria de la permitida
wait-fault-contract-violation = El conector de { $system } no cumplió las reglas de los conectores
wait-fault-not-loadable = El conector de { $system } no se puede cargar
wait-fault-not-granted = Al conector de { $system } le falta un permiso
wait-since = Desde el { $when }.
wait-usual = Normalmente llega hacia las { $when }.
wait-you = Usted puede actuar.
wait-operator = Puede actuar un operador del municipio.
wait-approver = Debe decidir un aprobador del municipio.
where-approver = Se decide en la página de lo detenido, a la que lleva el botón de abajo.
where-operator = Un operador encuentra los botones en «{ $acts }», en esta página.
wait-for-system = Debe actuar quien responde de { $system }.
wait-for-connector-vendor = Debe actuar el proveedor del conector de { $system }.
wait-for-support = Aquí no puede hacer nada. Debe revisarlo soporte.
wait-support = ¿Necesita ayuda? Contacte con soporte e indique { $reference }.
wait-log = Obtener los pasos como archivo para soporte
act-guard = Revise los cambios y decida si se aceptan o se rechazan.
act-stop-refused = Pida una nueva entrega de los datos y ejecute de nuevo.
act-stop-breaker = Averigüe por qué el sistema rechaza y ejecute de nuevo.
act-fault-invalid-settings = Corrija los ajustes de la conexión y ejecute de nuevo.
act-fault-unauthorised = Renueve las credenciales o deles el permiso indicado abajo y ejecute de nuevo.
act-fault-unreachable = Se vuelve a intentar automáticamente. Mientras tanto, compruebe si { $system } funciona y es accesible desde aquí.
act-fault-rate-limited = Se vuelve a intentar automáticamente cuando termine la pausa.
act-fault-waiting-for-data = El ciclo continúa automáticamente cuando lleguen los datos. Si tarda demasiado, pregunte por la entrega a quien responde de { $system }.
act-upload = Procure que { $system } entregue su archivo o súbalo en esta página. El ciclo continúa automáticamente cuando el archivo esté aquí.
act-fault-invalid-data = Pida a { $system } una nueva entrega de los datos y ejecute de nuevo.
act-fault-resync-required = Ejecute de nuevo. La próxima lectura será completa.
act-fault-unsupported = Quite el paso o use un conector que pueda hacerlo.
act-fault-internal = Envíe al proveedor el mensaje de abajo. Mientras tanto puede ayudar volver a la versión anterior del conector.
act-fault-trap = Envíe al proveedor el mensaje de abajo. Mientras tanto puede ayudar volver a la versión anterior del conector.
act-fault-out-of-cpu = Aumente el límite de la conexión si el volumen de datos lo explica y ejecute de nuevo.
act-fault-out-of-time = Aumente el límite de la conexión si el volumen de datos lo explica y ejecute de nuevo.
act-fault-out-of-memory = Aumente el límite de la conexión si el volumen de datos lo explica y ejecute de nuevo.
act-fault-contract-violation = Envíe al proveedor el mensaje de abajo. Mientras tanto puede ayudar volver a la versión anterior del conector.
act-fault-not-loadable = Instale una versión del conector que se pueda cargar y ejecute de nuevo.
act-fault-not-granted = Conceda el permiso a la conexión si el conector debe tenerlo y ejecute de nuevo.

# What the reader may do.
acts = Acciones
act-run = Ejecutar ahora
act-plan = Hacer solo el plan
act-run-hint = «Ejecutar ahora» continúa un ciclo detenido donde quedó. «Hacer solo el plan» no escribe en ningún sistema.
did-cycle = El ciclo se ha iniciado.
did-plan = El plan se está preparando.
did-promotion = El cambio de curso se ha anunciado.
upload-title = Entregar un archivo: { $system }
upload-file = Archivo
upload-replaces = Un archivo del mismo nombre se reemplaza.
upload-most = Como máximo { $most }.
upload-send = Entregar
upload-none = No espera ningún archivo.
upload-waiting = { $count ->
    [one] Espera { $count } archivo:
   *[other] Esperan { $count } archivos:
}
promotion-title = Anunciar el cambio de curso
promotion-lead = Cuando los alumnos pasan de curso, casi todo cambia a la vez. Anúncielo y la importación no se detendrá por ello. Vale para una importación, y solo si parece un cambio de curso.
promotion-source = Fuente
promotion-days = En cuántos días puede ocurrir (1–45)
promotion-announce = Anunciar
promotion-state-open = Abierto
promotion-state-used = Usado
promotion-state-expired = Caducado
promotions = Cambios de curso anunciados
around = Además
around-cases = { $count ->
    [one] { $count } caso espera respuesta
   *[other] { $count } casos esperan respuesta
}
around-findings = { $count ->
    [one] { $count } objeto que alguien debería revisar
   *[other] { $count } objetos que alguien debería revisar
}
around-quarantined = { $count ->
    [one] { $count } objeto apartado, que se intentará de nuevo
   *[other] { $count } objetos apartados, que se intentarán de nuevo
}
around-unsigned = Conectores sin firma: { $names }
decisions = Decisiones
by-at = { $who }, { $when }
verdict-released = Aceptado
verdict-released-as-promotion = Aceptado como cambio de curso
verdict-approved-one-of-two = Aprobado por la primera de dos personas
verdict-rejected = Rechazado
verdict-rejected-source-bad = Rechazado, y la entrega marcada como incorrecta
usage-title = Qué usaron los conectores
usage-step = Paso
usage-cpu = Procesador
usage-memory = Memoria
usage-requests = Llamadas
usage-refused = Denegadas
usage-sent = Enviado
usage-received = Recibido
to-the-cycle = Al ciclo

# Changes, limits and values.
change-emptied = vaciado
change-older = entrega más antigua
change-removed = eliminado
change-key-changed = clave cambiada
change-moved = trasladado
change-added = nuevo
change-deactivated = desactivado
change-changed = cambiado
change-attribute = cambiado: { $name }
trip-emptied = no queda nada de { $of } { $what }
trip-older = la entrega es más antigua que la última aceptada
trip-removed = { $count } de { $of } { $what } desaparecerían ({ $share } %)
trip-key-changed = { $count } de { $of } { $what } tendrían otra clave ({ $share } %)
trip-moved = { $count } de { $of } { $what } se trasladarían ({ $share } %)
trip-added = se añadirían { $count } { $what } a { $of }
trip-deactivated = { $count } de { $of } { $what } se desactivarían ({ $share } %)
trip-attribute = { $count } de { $of } { $what } tendrían otro valor en { $name } ({ $share } %)
trip-where = – en { $where }
trip-limit = (límite: { $limit } y { $percent } %)
trip-limit-count = (límite: { $limit })
trip-hard = Requiere dos personas.
subject-school = centros
subject-unit = unidades
subject-person = personas
subject-group = grupos
subject-engagement = vinculaciones
subject-membership = pertenencias
subject-account = cuentas
value-empty = vacío
value-yes = sí
value-no = no
before = antes:
after = después:

# What a guard has halted.
halt-title = Detenido
halt-open = Ver qué se ha detenido y decidir
halt-look = Ver qué se ha detenido
halt-nothing = No hay nada detenido.
halt-import = La importación está detenida
halt-plan = El plan está detenido
halt-lead = Hay más cambios de los permitidos sin una decisión. No se ha aplicado ninguno ni se ha enviado nada.
halt-two = Requiere dos personas.
halt-two-none = Los cambios solo se aceptan cuando lo han dicho dos personas distintas.
halt-two-one = { $who } ha dicho que sí. Otra persona debe decir lo mismo.
halt-two-you = Usted ha dicho que sí. Otra persona debe decir lo mismo.
halt-first-said = Su sí se ha guardado. Otra persona debe decir lo mismo.
halt-first = La primera importación. Siempre debe aprobarla una persona.
halt-accepted = Comparado con lo aceptado el { $when }.
halt-announced = Se anunció un cambio de curso para estas fechas.
halt-promotion-yes = Parece un cambio de curso.
halt-promotion-no = No parece un cambio de curso.
halt-promotion-up = { $up } de los { $stay } alumnos que se quedan pasan un curso.
halt-promotion-left = { $top } de los { $left } alumnos que se van estaban en el último curso.
halt-counts = Cambios por centro y clase, de más a menos: { $system }
halt-cell = Centro o lugar
halt-no-cell = Sin lugar
halt-class = Objetos
halt-change = Cambio
halt-count = Número
halt-of = De
halt-share = Parte
halt-further = { $count ->
    [one] Y { $count } lugar más con menos cambios.
   *[other] Y { $count } lugares más con menos cambios.
}
halt-sample = Ejemplos, antes y después ({ $count })
halt-key = Clave
halt-turn = Antes y después
halt-search = Buscar en todo lo detenido
halt-find = Buscar
halt-find-go = Buscar
halt-find-hint = Una clave, un centro o un valor. Vacío muestra todo.
halt-found = Encontrado en lo detenido
halt-found-none = Nada de lo detenido coincide.
halt-found-none-yet = Aún no se ha encontrado nada: en esta página se han revisado { $looked } cambios, y hay más.
halt-look-on = Seguir buscando
page-first = A la primera página
page-next = Página siguiente
halt-decide = Decidir
halt-choose = ¿Qué se hace con los cambios?
halt-release = Aceptar.
halt-release-hint = Los cambios son correctos. Vale solo para estos, una vez.
halt-promotion = Aceptar como cambio de curso.
halt-promotion-hint = Solo se acepta lo que explica un cambio de curso.
halt-reject = Rechazar.
halt-reject-hint = Todo queda como estaba. El próximo ciclo lee de nuevo.
halt-reject-source = Rechazar la entrega.
halt-reject-source-hint = Lo entregado es incorrecto y no se vuelve a leer. La fuente debe entregar de nuevo.
halt-send = Guardar la decisión
halt-bound = La decisión vale solo para lo que muestra esta página:

# Cases.
cases-lead = Samklang nunca adivina. Donde varios pueden ser el mismo, o hay dudas, responde una persona. El resto del ciclo continúa.
cases-show-open = Abiertos
cases-show-all = Todos
cases-none = No hay casos pendientes.
case-title = Caso { $id }
case-back = A los casos
case-whom = Sobre
case-question = Pregunta
case-object = Objeto
case-entity = En el catálogo
case-candidates = Candidatos
case-opened = Planteado
case-since = Sin lugar desde
case-state = Estado
case-who = Respondido por
case-state-open = Abierto
case-state-decided = Respondido
case-state-withdrawn = Retirado
case-side-source = (fuente)
case-side-target = (destino)
case-kind-ambiguous = Varios posibles
case-kind-linked-to-another = Ya pertenece a otro objeto
case-kind-near-miss = Casi igual
case-kind-found = Encontrado, por confirmar
case-kind-absent = Ninguno encontrado
case-kind-twin = El mismo valor que otro
case-kind-removal = ¿Qué se hace con el objeto?
case-ask-ambiguous = ¿Quién es { $name }? Varios coinciden
case-ask-linked-to-another = ¿Es { $name } quien ya pertenece a otro objeto?
case-ask-near-miss = ¿Es { $name } el mismo? Solo cambia la grafía
case-ask-found = ¿Es el correcto: { $name }?
case-ask-absent = Nada coincide con { $name }. ¿Se crea de nuevo?
case-ask-twin = ¿Es { $name } uno o dos? Un valor es igual al de otro
case-ask-removal = { $name } ya no tiene lugar en el destino. ¿Qué se hace con su objeto?
case-compare = Lado a lado. ≠ distinto, = igual
case-attribute = Dato
case-this = El objeto
case-candidate = Candidato { $number }
case-rule = Encontrado por
case-near = Solo cambia la grafía
case-holder = Ya tiene
case-key = Clave en el destino
case-as-candidate = como el candidato
case-differs = distinto
case-agrees = igual
case-answer = Responder
case-choose = ¿Qué es correcto?
case-send = Guardar la respuesta
case-hint = El próximo ciclo sigue la respuesta. Hasta entonces se puede retirar.
case-undo = Retirar la respuesta
case-undo-lead = Ningún ciclo ha seguido aún la respuesta. El caso se abre de nuevo.
case-final = Un ciclo ya siguió la respuesta; no se puede retirar.
choose-link = Es el candidato { $number }: { $name }
choose-source-create = No es ninguno: crear uno nuevo en el catálogo
choose-source-ignore = Dejar el objeto; no se usa
choose-target-create = No es ninguno: crear un objeto nuevo en el destino
choose-target-ignore = No hacer nada en el destino
choose-target-delete = Eliminar el objeto en el destino
choose-target-deactivate = Desactivar el objeto en el destino y conservarlo
choose-target-detach = Soltar el objeto: se queda en el destino y ya no se gestiona
choose-target-keep = Conservar el objeto como está
choice-link = El mismo
choice-create = Nuevo
choice-ignore = Sin cambios
choice-delete = Eliminar
choice-deactivate = Desactivar
choice-detach = Soltar
choice-keep = Conservar

# Enrolment of targets.
enrol-lead = En un destino con usuarios y unidades propios solo se escribe cuando está dado de alta. La comprobación muestra si es posible. No cambia nada.
enrol-none = Ningún destino requiere alta.
enrol-is = Dado de alta el { $when } por { $who }.
enrol-night = Los usuarios y unidades se sincronizan cada noche.
enrol-left-out = { $count ->
    [one] Quedó fuera { $count } usuario que no correspondía. Se incorpora solo cuando las claves coincidan.
   *[other] Quedaron fuera { $count } usuarios que no correspondían. Se incorporan solos cuando las claves coincidan.
}
enrol-preview = Ver qué sobrescribiría la primera noche
enrol-not = Sin alta
enrol-not-hint = No se escribe nada en él.
enrol-checking = La comprobación está en curso: se comparan todas las unidades y usuarios.
enrol-check = Comprobar si es posible el alta
enrol-check-again = Comprobar de nuevo
enrol-failed = La comprobación falló
enrol-possible = El alta es posible.
enrol-valid = El resultado vale hasta el { $when }.
enrol-impossible = { $count ->
    [one] El alta no es posible: { $count } unidad la bloquea.
   *[other] El alta no es posible: { $count } unidades la bloquean.
}
enrol-impossible-hint = Corríjalas en la fuente o en { $system } y compruebe de nuevo.
enrol-result = Resultado de la comprobación
enrol-checked-at = Comprobado el { $when }.
enrol-numbers = La comprobación en cifras
enrol-checked = Revisados
enrol-ok = Corresponden
enrol-differ = No corresponden
enrol-attention = De ellos en uso
enrol-units = Unidades
enrol-users = Usuarios
enrol-category-unit-blocking = Unidades que bloquean el alta
enrol-category-user-not-syncable = Usuarios que no se pueden sincronizar
enrol-category-unit-ok = Unidades que corresponden, con una observación
enrol-name = Nombre
enrol-why = Por qué
enrol-target-has = En el destino
enrol-source-has = En la fuente
enrol-active = En uso
enrol-reason-unit-only-in-target = Solo existe en el destino
enrol-reason-unit-only-in-source = Solo existe en la fuente
enrol-reason-unit-type-differs = El tipo es distinto
enrol-reason-unit-key-differs = Mismo nombre, otra clave
enrol-reason-unit-parent-differs = Depende de otra unidad
enrol-reason-unit-name-differs = El nombre es distinto; la primera noche lo sobrescribe
enrol-reason-unit-inactive-in-source = Ya no existe en la fuente
enrol-reason-unit-ambiguous = Varias podrían serlo
enrol-reason-user-only-in-target = Solo existe en el destino
enrol-reason-user-key-differs = La misma persona, otra clave/UUID
enrol-reason-user-inactive-in-source = Inactivo en la fuente
enrol-reason-user-ambiguous = Varios podrían serlo
enrol-legend = Dar de alta { $system }
enrol-final = El alta es definitiva y no se puede deshacer.
enrol-left-out-if = { $count ->
    [one] { $count } usuario no se puede sincronizar y queda fuera.
   *[other] { $count } usuarios no se pueden sincronizar y quedan fuera.
}
enrol-wait = { $count ->
    [one] { $count } de ellos está en uso: espere si debe conservar el acceso.
   *[other] { $count } de ellos están en uso: espere si deben conservar el acceso.
}
enrol-acknowledge = { $count ->
    [one] Sé que { $count } usuario queda fuera.
   *[other] Sé que { $count } usuarios quedan fuera.
}
enrol-understand = Sé que es definitiva.
enrol-do = Dar de alta { $system }
