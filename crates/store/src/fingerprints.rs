//! Which files of a model the vectors of this database were made with.

use crate::connect::{Store, retrying};
use crate::error::Result;

impl Store {
    /// The fingerprint of the files of `model` that this database's vectors were made with: `ours`,
    /// where nobody has said before.
    pub async fn model_fingerprint(&self, model: &str, ours: &str) -> Result<String> {
        retrying!(self, async {
            let insert = sqlx::query(
                "INSERT INTO sconce.models (model, fingerprint) VALUES ($1, $2) \
                 ON CONFLICT DO NOTHING",
            );
            insert.bind(model).bind(ours).execute(self.pool()).await?;
            let query =
                sqlx::query_scalar("SELECT fingerprint FROM sconce.models WHERE model = $1");
            Ok(query.bind(model).fetch_one(self.pool()).await?)
        })
    }

    /// Has `ours` be the fingerprint of a model that no index is made with. Vectors of other files
    /// leave the cache then.
    pub async fn adopt_model(&self, model: &str, ours: &str) -> Result<()> {
        retrying!(self, async {
            let mut transaction = self.begin().await?;
            let replaced = sqlx::query(
                "UPDATE sconce.models SET fingerprint = $2 WHERE model = $1 AND fingerprint <> $2 \
                 AND NOT EXISTS (SELECT 1 FROM sconce.indexes WHERE model = $1)",
            );
            let replaced = replaced.bind(model).bind(ours).execute(&mut *transaction).await?;
            if replaced.rows_affected() > 0 {
                let forget = sqlx::query("DELETE FROM sconce.embeddings WHERE model = $1");
                forget.bind(model).execute(&mut *transaction).await?;
            }
            Ok(transaction.commit().await?)
        })
    }
}
