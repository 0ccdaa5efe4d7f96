//! What is wanted of a tenant, as it is kept until it is done. A store that fails keeps nobody from their work; that a restart may forget it, or repeat
//! it, is logged.

use samklang_store::Wish as NewWish;

use crate::access::{Operator, Within};
use crate::run::lane::Wish;
use crate::run::{Runner, Task};

impl Runner {
    /// Keeps what is wanted until it is done. Answers its number.
    pub(super) async fn keep(&self, at: &Within<Operator>, task: &Task) -> Option<i64> {
        let (tenant, task) = (at.tenant(), task.written());
        let wish = NewWish {
            tenant,
            task: &task,
            who: at.who(),
            at: self.0.clock.now(),
        };
        let mut own = self.0.own.lock().await;
        match self.0.schedule.want(&wish).await {
            Ok(id) => {
                if let Some(own) = own.as_mut() {
                    own.insert(id);
                }
                Some(id)
            }
            Err(error) => {
                tracing::error!(tenant, %error, "what is wanted of a tenant cannot be kept, so that a restart may forget it");
                None
            }
        }
    }

    /// Keeps that it is at work, so that the next server knows that it was broken off, should it be.
    pub(super) async fn note_begun(&self, wish: &Wish) {
        let Some(id) = wish.kept else { return };
        if let Err(error) = self.0.schedule.begin(id, self.0.clock.now()).await {
            let tenant = wish.at.tenant();
            tracing::error!(tenant, %error, "that a task is at work cannot be kept");
        }
    }

    /// Forgets what was wanted and is done, or is kept elsewhere.
    pub(super) async fn forget(&self, tenant: &str, kept: Option<i64>) {
        let Some(id) = kept else { return };
        if let Err(error) = self.0.schedule.settle(id).await {
            tracing::error!(tenant, %error, "that a task is done cannot be kept, so that a restart may repeat it");
        }
    }
}
