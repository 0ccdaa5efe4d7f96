# People and units, plans, connections, history, journal.
written-yes = Sí
written-no = No
written-empty = Vacío
written-count = { $count ->
    [one] { $count } valor
   *[other] { $count } valores
}
until = hasta { $when }
pages-label = Páginas de la lista
pages-first = Al principio
pages-next = Siguiente
cycle-number = ciclo { $number }

kind-person = Persona
kind-unit = Unidad
kind-group = Grupo
kind-membership = Pertenencia
kind-engagement = Contratación
kind-account = Cuenta
life-active = Activo
life-leaving = De salida
life-gone = Ya no está

people-search = Buscar una persona o una unidad
people-search-hint = Un nombre o parte de él, un nombre de usuario, una clave o un UUID.
people-find = Buscar
people-found = { $count ->
    [one] { $count } encontrado
   *[other] { $count } encontrados
}
people-found-more = Los primeros { $count }
people-narrow = Hay más. Escriba más para encontrar el que busca.
people-none-found = No se conoce a nadie así. Pruebe con una parte más corta del nombre o con el nombre de usuario.
people-name = Nombre
people-kind = Tipo
people-state = Estado
people-objects = Objetos
people-nameless = Sin nombre

did-errand = La sincronización ha comenzado. El resultado se verá aquí cuando termine.
did-by-hand = El valor está fijado. Vale a partir del próximo ciclo.
did-taken-back = El valor se ha retirado. A partir del próximo ciclo vale lo que digan las fuentes.
did-forgotten = La persona se ha olvidado.

person-life-since = { $state } desde { $when }.
person-life-until = Se da por ausente el { $when }.
person-request = Pedido en { $target }:
person-acts = Lo que puede hacer
person-overrides = Fijado a mano
person-values = Valores y de dónde vienen
person-attribute = Atributo
person-value = Valor
person-from = Viene de
person-from-nobody = Ninguna fuente
person-how = Cómo
person-others = { $count ->
    [one] { $count } otra fuente dice otra cosa
   *[other] { $count } otras fuentes dicen otra cosa
}
person-template = Lo escribe la plantilla
person-other-from = de { $object }:
person-targets = En los destinos
person-no-targets = Ninguna conexión recibe nada.
person-no-object = No tiene ningún objeto aquí.
person-seen-in = Visto por última vez en
person-holds = { $count ->
    [one] { $count } atributo en el sistema
   *[other] { $count } atributos en el sistema
}
person-further = siguiente etapa { $when }
person-explain = Explicar
person-links = Objetos que la representan
person-no-links = Ningún objeto la representa.
person-object = Objeto
person-rule = Regla
person-since = Desde
person-operations = Operaciones en los destinos
person-no-operations = No se ha hecho nada.
person-history = Trayectoria
person-no-history = No ha ocurrido nada.
person-whole-journal = Todo sobre ella en el diario

shadow-confirmed = Confirmado
shadow-queued = En cola
stage-missing = Falta
stage-suspected = Quizá ausente
stage-disabled = Desactivado
stage-removed = Eliminado
action-create = Crear
action-update = Cambiar
action-delete = Borrar
operation-draft = Borrador
operation-planned = Planificada
operation-sent = Enviada
operation-done = Hecha
operation-refused = Rechazada por el sistema
operation-deferred = Aplazada
operation-held-over = Espera a otro día
operation-dropped = Descartada
operation-action = Acción
operation-state = Estado
operation-object = Objeto
operation-changed = Cambia
operation-reason = Por qué
operation-cycle = Ciclo
operation-outcome = Respuesta del sistema
journal-at = Cuándo
journal-event = Suceso
journal-detail = Detalles
event-created = Creada
event-changed = Cambiada
event-leaving = En salida
event-gone = Ya no está
event-returned = Ha vuelto
event-linked = Vinculada a un objeto
event-adopted = Objeto adoptado
event-rekeyed = Con clave nueva
event-unlinked = Desvinculada de un objeto
event-override-ended = Fin del valor fijado a mano
event-overridden = Valor fijado a mano
event-override-removed = Valor fijado a mano retirado
event-requested = Pedida en un destino
event-cycle-begun = Ciclo comenzado
event-cycle-resumed = Ciclo reanudado
event-promotion-announced = Cambio de curso anunciado
event-case-decided = Caso respondido
event-case-undone = Respuesta retirada
event-link-decided = Decidido a quién representa un objeto
event-link-job = Vinculación encargada
event-enrolment-reason = Motivo del alta
event-connector-activated = Conector activado
event-file-arrived = Archivo entregado
event-file-taken = Archivo obtenido de la bandeja
event-connections-checked = Sistemas comprobados
event-enrolment-checked = Comprobación previa al alta solicitada
event-retried = Marcado para reintentar
event-exported = Datos entregados
event-erased = Datos borrados
event-keys-rotated = Claves cambiadas
event-role-given = Rol asignado
event-role-taken = Rol retirado
event-role-promised = Rol prometido
event-promise-taken = Promesa retirada
event-link-made = Enlace de acceso creado
event-token-made = Token creado
event-token-revoked = Token revocado
event-enrolled = Dado de alta
event-released = Aceptado
event-released-as-promotion = Aceptado como cambio de curso
event-approved-one-of-two = Aprobado por la primera de dos personas
event-rejected = Rechazado
event-rejected-source-bad = Rechazado, y la entrega es errónea

attribute-uuid = UUID
attribute-national_id = Número de identidad
attribute-employee_number = Número de empleado
attribute-student_number = Número de alumno
attribute-username = Nombre de usuario
attribute-given_name = Nombre de pila
attribute-family_name = Apellidos
attribute-display_name = Nombre mostrado
attribute-nickname = Apodo
attribute-name = Nombre
attribute-short_name = Nombre corto
attribute-email = Correo electrónico
attribute-phone = Teléfono
attribute-mobile = Móvil
attribute-landline = Teléfono fijo
attribute-location = Lugar
attribute-birth_date = Fecha de nacimiento
attribute-gender = Género
attribute-parent = Unidad superior
attribute-manager = Responsable
attribute-person = Persona
attribute-unit = Unidad
attribute-group = Grupo
attribute-role = Rol
attribute-kind = Tipo
attribute-job_function = Puesto
attribute-begin = Primer día
attribute-end = Último día
attribute-org_number = Número de organización
attribute-p_number = Número de unidad de producción
attribute-ean = Número EAN

errand-title = Sincronizar ahora
errand-what = Lo que dicen las fuentes se lleva a los destinos enseguida, sin esperar a la noche.
errand-target = A
errand-all = Todos los destinos
errand-distribute = Crearla también donde solo se hace a petición
errand-distribute-hint = La petición se conserva hasta que se cumpla.
errand-do = Sincronizar ahora
by-hand-title = Fijar un valor a mano
by-hand-what = El valor va antes que lo que digan las fuentes hasta que venza o se retire. Es mejor corregir la fuente.
by-hand-attribute = Atributo
by-hand-value = Valor
by-hand-value-hint = Un campo vacío significa que no tendrá valor.
by-hand-until = Hasta
by-hand-until-hint = El primer día en que vuelven a valer las fuentes. Sin día, hasta que se retire.
by-hand-do = Fijar el valor
take-back-title = Retirar el valor
take-back-do = Retirar
export-title = Entregar todo lo guardado
export-what = Un archivo con todo lo guardado, también los datos sensibles. El diario anota que usted lo ha descargado.
export-do = Descargar el archivo
forget-title = Olvidar a la persona
forget-what = Se borra todo lo guardado sobre la persona. En el diario queda que algo ocurrió, pero no a quién.
forget-not-yet = Solo se puede olvidar cuando ninguna fuente conoce a la persona y su estado es «Ya no está».
forget-reason-hint = El motivo se conserva. No nombre en él a la persona.
forget-acknowledge = Sé que esto no se puede deshacer
forget-do = Olvidar a la persona

operation-target = Destino
operation-class = Clase
operation-key = Clave
operation-entity = Entidad
operation-id = Id
plan-none = Aún no hay plan. El primer ciclo hará uno.
plan-open = Esto ocurrirá en los destinos cuando se ejecute el plan:
plan-carried-out = Esto ocurrió en los destinos al ejecutarse el plan:
plan-nothing = No hay nada que cambiar en los destinos.
plan-counts = En cifras
plan-count = Cantidad
plan-total = En total
plan-operations = Operación por operación
plan-all = Todos
plan-filter = Mostrar
plan-csv = Descargar como CSV
plan-csv-hint = El archivo CSV contiene todas las operaciones elegidas, separadas por punto y coma para que Excel en español lo abra directamente.
plan-entity = Ver quién
plan-no-such = No hay operaciones de ese tipo.

did-file = El archivo se ha recibido. Un ciclo que lo espera continúa.
did-file-replaced = El archivo se ha recibido y ha reemplazado al del mismo nombre. Un ciclo que lo espera continúa.
did-build = Las conexiones usarán la nueva versión desde el próximo ciclo.
did-build-back = Las conexiones han vuelto a la versión anterior.
activated-title = Qué cambia la versión elegida
activated-first = La conexión no tenía ninguna versión antes.
activated-same = Es la versión que la conexión ya usaba.
activated-nothing = La versión no dice de sí misma nada distinto de la anterior.
check-do = Comprobar las conexiones ahora
check-hint = Se pregunta a cada sistema si se puede ejecutar un ciclo. No se cambia nada.
checked-title = Resultado de la comprobación
check-all-well = Todo está en orden.
check-well = La comprobación no encontró nada.
finding-note = Nota
finding-warning = Aviso
finding-failure = Error
connections-none = Aún no hay conexiones.
role-source = Fuente
role-target = Destino
role-both = Fuente y destino
connection-unsigned = Sin firma
connection-fixed = Versión fija
connection-connector = Conector
connection-digest = Huella
connection-signer = Firmado por
connection-nobody = Nadie
connection-credentials = Credenciales
connection-usage = Uso
connection-enrolment = Solo se escribe cuando está inscrito
used-requests = { $count ->
    [one] { $count } petición
   *[other] { $count } peticiones
}
used-refused = { $count ->
    [one] { $count } rechazada
   *[other] { $count } rechazadas
}
used-bytes = enviado { $sent }, recibido { $received }
used-machine = { $time } ms de procesador, como máximo { $memory } de memoria
grants-title = A qué puede acceder
grants-none = A nada.
grants-place = Lugar
grants-purpose = Finalidad
grants-asked = Pedido
grants-granted = Concedido
grants-used = Usado
grants-remark = Observación
grants-times = { $count ->
    [one] { $count } vez, la última el { $when }
   *[other] { $count } veces, la última el { $when }
}
grants-never = Nunca
settings-title = Ajustes
inbox-title = Bandeja de entrada
file-take = Obtener
file-take-noted = Contienen datos personales: el diario anota quién los obtiene.
builds-title = Versiones de los conectores
builds-for = La usan
builds-version = Versión
builds-state = Estado
builds-in-use = En uso
builds-ready = Instalada
builds-vendor = Proveedor
builds-size = Tamaño
builds-installed = Instalada
builds-none = No hay ninguna versión instalada.
builds-given = { $count ->
    [one] { $count } cambio hasta ahora
   *[other] { $count } cambios hasta ahora
}
builds-given-to = para { $connection }
builds-not-installed = Ya no está instalada
builds-fixed = La versión está en la configuración y solo se puede cambiar ahí.
builds-activate = Activar una versión
builds-back = Volver a la anterior
builds-back-what = Las conexiones vuelven a usar la versión que usaban antes.

history-none = Aún no ha habido ningún ciclo.
history-chart = Cambios por ciclo
history-chart-desc = Tres filas de barras para { $count } ciclos, el más reciente a la derecha: objetos añadidos, cambiados y quitados. Las mismas cifras están en la tabla de abajo.
history-caption = Cada fila tiene su propia escala.
history-added = Añadidos
history-changed = Cambiados
history-removed = Quitados
history-done = Hechas
history-refused = Rechazadas
history-nights = Los ciclos
history-state = Estado
history-began = Comenzó
history-by-connection = Por conexión
history-usage = Uso por conexión en el ciclo { $number }
history-usage-none = Ninguna conexión ha usado nada.
history-connection = Conexión
history-requests = Peticiones
history-let-out-not = Retenidas
history-sent = Enviado
history-received = Recibido
history-time = Tiempo de procesador
history-memory = Memoria
night-running = En curso
night-halted = Detenido
night-failed = Fallido
night-incomplete = Sin terminar
night-done = Terminado
night-rejected = Rechazado
cycle-kind-errand = Sincronizado ahora
cycle-kind-link = Vinculación
history-besides = Lo que alguien pidió entretanto está en la lista y no en el gráfico.

did-retry = Se intentará de nuevo en el próximo ciclo.
journal-what = Todo lo ocurrido y quién lo hizo. Las entradas están encadenadas, de modo que un cambio posterior se descubre.
journal-entries = Entradas
journal-entity = Solo sobre
journal-entity-hint = El UUID de una persona o unidad. Búsquelo en
journal-everybody = Mostrar todas
journal-unknown = Eso no es un UUID. Busque a la persona y siga el enlace al diario en su página.
journal-none = No hay entradas.
journal-number = N.º
journal-who = Quién
journal-about = Sobre
journal-erased = Borrado
verify-do = Verificar el diario
verify-hint = Se lee toda la cadena.
verify-sound = El diario está tal como se escribió.
verify-unsound = { $count ->
    [one] El diario se ha cambiado: { $count } defecto
   *[other] El diario se ha cambiado: { $count } defectos
}
verify-counts = Entradas: { $entries }. De ellas, con los detalles borrados: { $erased }.
verify-newest = La más reciente, n.º { $entry }, tiene el resumen
verify-then = Comuníquelo a soporte y deje la base de datos como está.

findings-title = Objetos que revisar
findings-what = Aquí hay algo que no concuerda. Corríjalo en su origen. Un objeto sale de la lista cuando un ciclo ve que está corregido.
findings-none = No hay objetos que revisar.
findings-whom = Buscar en el catálogo

aside-title = Apartado
aside-what = Objetos que no se pudieron tratar. No detienen el resto y se vuelven a intentar por sí solos.
aside-none = No hay nada apartado.
aside-why = Qué falla
aside-remedy = Qué hacer
aside-failures = { $count ->
    [one] { $count } intento
   *[other] { $count } intentos
}
aside-due = Se reintenta
aside-never = No por sí solo
aside-retry = Reintentar
aside-retry-all = Reintentar todos

retention-title = Cuánto tiempo se guarda
retention-what = Lo que supera su plazo se borra con el primer ciclo del día.
retention-kept = Qué
retention-days = Días
retention-forever = Para siempre
retention-over = Fuera de plazo
kept-gone-account = Cuentas que ya no están
kept-gone-membership = Pertenencias que ya no están
kept-gone-engagement = Contrataciones que ya no están
kept-gone-person = Personas que ya no están
kept-gone-group = Grupos que ya no están
kept-gone-unit = Unidades que ya no están
kept-operations = Operaciones terminadas
kept-cases = Casos respondidos y lo que se detuvo
kept-former = Claves de objetos que ya no están
kept-names = Nombres que quedaron libres
kept-journal = Detalles del diario

support-what = Lo que soporte necesita saber de la instalación. No contiene datos personales.
support-download = Descargar como archivo
