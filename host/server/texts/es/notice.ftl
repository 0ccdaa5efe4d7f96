# Lo que se cuenta por correo.
notice-halted = { $tenant }: el ciclo está detenido y espera una decisión
notice-halted-text = El ciclo de { $tenant } está detenido: cambiaría más de lo que permiten los límites. Nada de ello se ha llevado a cabo. Alguien que pueda aprobar tiene que revisarlo y liberarlo o rechazarlo.
notice-second = { $tenant }: una persona ha liberado el ciclo y hace falta otra
notice-second-text = Lo que está detenido en el ciclo de { $tenant } requiere dos personas. Una de ellas lo ha liberado. Otra persona que pueda aprobar tiene que revisarlo y decir lo mismo, o rechazarlo.
notice-failed = { $tenant }: el ciclo no puede continuar
notice-failed-text = El ciclo de { $tenant } no puede continuar. Lo que ya se hizo se conserva.
notice-late = { $tenant }: los datos llegan con retraso
notice-late-text = El ciclo de { $tenant } espera datos que ya deberían haber llegado. Continuará por sí solo cuando lleguen.
notice-broken = { $tenant }: la configuración tiene errores
notice-broken-text = La configuración de { $tenant } tiene errores y no puede ejecutarse ningún ciclo. Quien se ocupa de la configuración tiene que corregirlos.
notice-mended = { $tenant }: la configuración vuelve a estar en orden
notice-mended-text = La configuración de { $tenant } se puede usar de nuevo. Los ciclos siguen como antes.
notice-recovered = { $tenant }: el ciclo vuelve a funcionar
notice-recovered-text = Lo que se avisó antes sobre el ciclo de { $tenant } ha pasado: el ciclo ha llegado a su fin.
notice-cases = { $tenant }: { $count ->
    [one] un caso espera respuesta
   *[other] { $count } casos esperan respuesta
}
notice-cases-text = En { $tenant } hay casos que solo una persona puede decidir. Todos los demás se sincronizan mientras tanto.
notice-unused = { $tenant }: no se ha usado un cambio de curso anunciado
notice-unused-text = Se anunció un nuevo curso escolar para { $tenant } y el plazo ha terminado sin una importación que lo pareciera. Un nuevo curso volverá a detenerse. Si aún está por llegar, alguien que pueda aprobar tiene que anunciarlo de nuevo.
notice-step = Dónde: { $step }
notice-step-at = Dónde: { $step }, { $system }
notice-owner = Quién puede actuar: { $owner }
notice-link = Vea más aquí: { $link }
notice-once = Este aviso se envía una sola vez. Recibirá otro cuando algo cambie.
notice-on-demand = A petición

work-error = La última tarea no pudo ejecutarse, { $when }.
work-again = Se intentará de nuevo por sí solo { $when }.
work-untold-mail = No se pudo entregar un correo sobre esto, { $when }.
work-untold-webhook = No se pudo alcanzar el webhook, { $when }.
