//! Lists that change: a tool and a prompt that come and go, and who hears of it.

use std::sync::atomic::{AtomicBool, Ordering};

use rmcp::service::SubscriptionContext;
use tokio::sync::broadcast;

/// What changed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Changed {
    Tools,
    Prompts,
}

/// Whether the tool and the prompt that come and go are there.
pub(crate) struct Changes {
    tool: AtomicBool,
    prompt: AtomicBool,
    news: broadcast::Sender<Changed>,
}

impl Default for Changes {
    fn default() -> Changes {
        let (news, _) = broadcast::channel(16);
        Changes { tool: AtomicBool::new(false), prompt: AtomicBool::new(false), news }
    }
}

impl Changes {
    fn part(&self, of: Changed) -> &AtomicBool {
        match of {
            Changed::Tools => &self.tool,
            Changed::Prompts => &self.prompt,
        }
    }

    pub(crate) fn is_there(&self, of: Changed) -> bool {
        self.part(of).load(Ordering::SeqCst)
    }

    /// Puts it in or takes it out, and tells those who listen.
    pub(crate) fn toggle(&self, of: Changed) {
        self.part(of).fetch_not(Ordering::SeqCst);
        // Nobody listens: then nobody needs it.
        let _ = self.news.send(of);
    }

    /// Tells a subscription of what changes, until it ends. Its filter keeps what it did not ask
    /// for from it.
    pub(crate) async fn tell(&self, context: &SubscriptionContext) {
        let mut news = self.news.subscribe();
        loop {
            let changed = tokio::select! {
                () = context.cancelled() => return,
                changed = news.recv() => changed,
            };
            // Refused by the filter, or the client is gone, which ends the loop above.
            let _ = match changed {
                Ok(Changed::Tools) => context.sink().notify_tool_list_changed().await,
                Ok(Changed::Prompts) => context.sink().notify_prompt_list_changed().await,
                Err(broadcast::error::RecvError::Lagged(_)) => Ok(()),
                Err(broadcast::error::RecvError::Closed) => return,
            };
        }
    }
}
