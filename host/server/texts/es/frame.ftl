# What every page has, and what everything else shares.
app-name = Samklang
choose = Elegir
language = Idioma
skip-to-content = Ir al contenido
none = Ninguno
since = desde { $when }
reason = Motivo
reason-hint = Se guarda con su nombre.
sign-in = Iniciar sesión
sign-out = Cerrar sesión
to-the-overview = Al resumen

nav-yourself = Usted
nav-tenant = Páginas del municipio
nav-access = Acceso
nav-support = Para soporte
nav-cycle = Ciclo
nav-people = Personas y unidades
nav-cases = Casos
nav-plan = Plan
nav-enrolment = Alta
nav-connections = Conexiones
nav-history = Historial
nav-journal = Diario

overview-title = Todos los municipios
overview-none = Aún no tiene ningún papel en ningún municipio. Pida uno a un administrador.
overview-tenant = Municipio
overview-cycle = Ciclo
overview-waits = Espera a
overview-last = Último ciclo
overview-next = Próximo ciclo
overview-cases = Casos
overview-never = Ningún ciclo todavía
overview-broken = Que alguien corrija la configuración
overview-waits-for = { $owner } ({ $system })
overview-nobody = Nadie
overview-no-schedule = Sin horario
cases-open = { $count ->
    [one] { $count } abierto
   *[other] { $count } abiertos
}

look-pending = Todavía no
look-waiting = En espera
look-late = Con retraso
look-running = En curso
look-done = Terminado
look-halted = Detenido
look-failed = Fallido
look-rejected = Rechazado

owner-operator = Usted
owner-system = El sistema
owner-connector-vendor = El proveedor del conector
owner-support = Soporte

step-import = Importación
step-compare = Comparación
step-reconcile = Catálogo
step-export = Exportación
step-feedback = Respuesta

problem-bad-request = No se puede leer la petición
problem-csrf = El formulario era de otra sesión
problem-signed-out = No ha iniciado sesión
problem-forbidden = Su papel no es suficiente
problem-absent = La página no existe
problem-method = Eso no se puede hacer aquí
problem-there-already = Ya hay un archivo con ese nombre
problem-moved = Otra cosa llegó antes
problem-refused = No se puede hacer
problem-misconfigured = La configuración tiene errores
problem-too-large = Es demasiado
problem-media-type = No se acepta este tipo de contenido
problem-key-reused = La misma petición llegó con otro contenido
problem-too-many = Demasiados intentos
problem-failed = Algo falló
problem-closing = El servidor se está cerrando
problem-remedy-bad-request = Vuelva atrás e inténtelo de nuevo.
problem-remedy-csrf = Vuelva atrás, recargue la página y repita lo que hizo.
problem-remedy-signed-out = Inicie sesión para continuar.
problem-remedy-forbidden = Pida el papel a un administrador del municipio.
problem-remedy-absent = Ya no está, o usted no tiene ningún papel allí.
problem-remedy-method = Vuelva atrás y use los botones de la página.
problem-remedy-there-already = Elija que se sustituya o dé otro nombre al archivo.
problem-remedy-moved = Vuelva atrás y mire cómo está ahora.
problem-remedy-refused = El texto de abajo dice por qué.
problem-remedy-misconfigured = Quien cuida el archivo del municipio tiene que corregirlo.
problem-remedy-too-large = Envíe menos, o pida un límite mayor.
problem-remedy-media-type = Elija otro archivo.
problem-remedy-key-reused = Empiece de nuevo.
problem-remedy-too-many = Espere unos minutos.
problem-remedy-failed = Inténtelo de nuevo. Si vuelve a ocurrir, diga a soporte cuándo ocurrió.
problem-remedy-closing = Inténtelo de nuevo dentro de un minuto.
