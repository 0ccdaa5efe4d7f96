//! Bringing one object of the register to a state: read it, change what was read, and send it only when that differs. The register tells an
//! object that is there from one that is not by code 49, and what was read may have been overtaken, so both answers are acted upon.

use samklang_sdk::prelude::*;
use uuid::Uuid;

use crate::pen::Pen;
use crate::refusal::{ABSENT, OK, STATE, Status};
use crate::register::Register;
use crate::registration::Registration;
use crate::service::Service;

/// What became of one object.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Put {
    /// It was so already.
    Unchanged,
    /// It is so now.
    Written,
    /// The register refuses it.
    Refused(Status),
}

/// Writes to the register.
#[derive(Debug)]
pub(crate) struct Writer<'a> {
    pub(crate) register: &'a Register,
    pub(crate) pen: Pen,
}

impl Writer<'_> {
    /// An object as it is; none when it is not there or its life has ended. Of a function with what is still to come; of others, whose
    /// single relations cannot stand twice in an answer, as it is now.
    pub(crate) fn read(&self, service: Service, uuid: Uuid) -> Result<Option<Registration>, Error> {
        let from = (service == Service::OrganisationFunktion).then_some(self.pen.now);
        self.register.read(service, uuid, from)
    }

    /// Brings an object to the state that `change` makes of what it is, or of nothing.
    pub(crate) fn put(
        &self,
        service: Service,
        uuid: Uuid,
        current: Option<Registration>,
        change: impl Fn(&mut Registration),
    ) -> Result<Put, Error> {
        let anew = || {
            let mut whole = Registration::default();
            change(&mut whole);
            whole
        };
        let Some(current) = current else {
            let status = self.import(service, uuid, &anew())?;
            if status.code != STATE {
                return Ok(judge(status));
            }
            // It is there after all: somebody was faster, or an answer of ours was lost.
            return match self.read(service, uuid)? {
                Some(current) => self.amend(service, uuid, current, &change),
                None => Ok(judge(self.register.amend(service, uuid, &anew())?)),
            };
        };
        match self.amend(service, uuid, current, &change)? {
            // It has gone in between: made anew, as if it had never been there.
            Put::Refused(status) if matches!(status.code, STATE | ABSENT) => {
                Ok(judge(self.import(service, uuid, &anew())?))
            }
            done => Ok(done),
        }
    }

    fn import(&self, service: Service, uuid: Uuid, whole: &Registration) -> Result<Status, Error> {
        self.register.import(service, uuid, whole, self.pen.organisation)
    }

    fn amend(
        &self,
        service: Service,
        uuid: Uuid,
        current: Registration,
        change: &impl Fn(&mut Registration),
    ) -> Result<Put, Error> {
        let mut current = current;
        // The order within a list means nothing.
        current
            .relations
            .sort_by_key(|relation| service.order(&relation.name));
        let mut changed = current.clone();
        change(&mut changed);
        changed
            .relations
            .sort_by_key(|relation| service.order(&relation.name));
        if changed == current {
            return Ok(Put::Unchanged);
        }
        Ok(judge(self.register.amend(service, uuid, &changed)?))
    }
}

fn judge(status: Status) -> Put {
    if status.code == OK {
        Put::Written
    } else {
        Put::Refused(status)
    }
}
