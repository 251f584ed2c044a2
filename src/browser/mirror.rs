//! IndexedDB with strict durability: what survives a killed browser.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbObjectStore, IdbRequest, IdbTransaction, IdbTransactionMode};

use super::Trouble;

const DATABASE: &str = "verbatim";
const STORE: &str = "records";

/// The open database.
#[derive(Clone)]
pub struct Mirror(IdbDatabase);

impl Mirror {
    /// Opens the database, and makes it on a first visit.
    ///
    /// # Errors
    /// When IndexedDB is blocked or broken.
    pub async fn open() -> Result<Mirror, Trouble> {
        let trouble = |error: JsValue| Trouble::from_js(&error);
        let factory = super::window()
            .ok_or(Trouble::Blocked)?
            .indexed_db()
            .map_err(trouble)?
            .ok_or(Trouble::Blocked)?;
        let request = factory.open_with_u32(DATABASE, 1).map_err(trouble)?;
        let upgrading = request.clone();
        let upgrade = Closure::<dyn FnMut()>::new(move || {
            let database = upgrading.result().ok().and_then(|it| it.dyn_into::<IdbDatabase>().ok());
            if let Some(database) = database {
                // A failure makes the whole open fail, and that is told.
                let _ = database.create_object_store(STORE);
            }
        });
        request.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
        let opened = finished(&request).await.map_err(trouble)?;
        opened.dyn_into().map(Mirror).map_err(|_| Trouble::Other("IndexedDB did not open".into()))
    }

    /// Every key with its value, the older of two values first: batches, then single ones.
    ///
    /// # Errors
    /// When IndexedDB cannot be read.
    pub async fn read_all(&self) -> Result<Vec<(String, String)>, Trouble> {
        let trouble = |error: JsValue| Trouble::from_js(&error);
        let transaction = self.0.transaction_with_str(STORE).map_err(trouble)?;
        let store = transaction.object_store(STORE).map_err(trouble)?;
        let keys = finished(&store.get_all_keys().map_err(trouble)?);
        let values = finished(&store.get_all().map_err(trouble)?);
        let keys: Array = keys.await.map_err(trouble)?.unchecked_into();
        let values: Array = values.await.map_err(trouble)?.unchecked_into();
        let text = |value: JsValue| value.as_string();
        let (mut all, mut single) = (Vec::new(), Vec::new());
        // By key, so that of two batches the older comes first.
        for (key, value) in keys.iter().zip(values.iter()) {
            match value.dyn_into::<Array>() {
                Ok(batch) => {
                    let mut texts = batch.iter().map(text);
                    while let (Some(key), Some(value)) = (texts.next(), texts.next()) {
                        all.extend(key.zip(value));
                    }
                }
                Err(value) => single.extend(text(key).zip(text(value))),
            }
        }
        all.append(&mut single);
        Ok(all)
    }

    /// Writes many values as one, in one transaction, under a name that sorts after those of
    /// older batches; `replaced` are the keys of single values that are older than the batch.
    ///
    /// # Errors
    /// When IndexedDB refuses; then nothing of it was written.
    pub async fn put_batch(
        &self,
        name: &str,
        records: &[(String, String)],
        replaced: &[&str],
    ) -> Result<(), Trouble> {
        let trouble = |error: JsValue| Trouble::from_js(&error);
        let transaction = self.strict_transaction().map_err(trouble)?;
        let store: IdbObjectStore = transaction.object_store(STORE).map_err(trouble)?;
        let batch: Array = records.iter().flat_map(|(key, value)| [key, value]).map(JsValue::from).collect();
        store.put_with_key(&batch, &JsValue::from_str(name)).map_err(trouble)?;
        for key in replaced {
            store.delete(&JsValue::from_str(key)).map_err(trouble)?;
        }
        completed(&transaction).await
    }

    /// Writes values in one transaction; done when it is on the disk, not before.
    ///
    /// # Errors
    /// When IndexedDB refuses; then nothing of it was written.
    pub async fn put(&self, records: &[(String, String)]) -> Result<(), Trouble> {
        let trouble = |error: JsValue| Trouble::from_js(&error);
        let transaction = self.strict_transaction().map_err(trouble)?;
        let store: IdbObjectStore = transaction.object_store(STORE).map_err(trouble)?;
        for (key, value) in records {
            store.put_with_key(&JsValue::from_str(value), &JsValue::from_str(key)).map_err(trouble)?;
        }
        completed(&transaction).await
    }

    /// web-sys has no options for transactions: `transaction(name, mode, {durability})`.
    fn strict_transaction(&self) -> Result<IdbTransaction, JsValue> {
        let options = Object::new();
        Reflect::set(&options, &"durability".into(), &"strict".into())?;
        let transaction: Function = Reflect::get(&self.0, &"transaction".into())?.dyn_into()?;
        let arguments = Array::of3(&STORE.into(), &IdbTransactionMode::Readwrite.into(), &options);
        transaction.apply(&self.0, &arguments)?.dyn_into()
    }
}

/// A request's result, once it is there. The handlers are set before this returns.
fn finished(request: &IdbRequest) -> impl Future<Output = Result<JsValue, JsValue>> + use<> {
    let promise = Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    });
    let request = request.clone();
    async move {
        match JsFuture::from(promise).await {
            Ok(_) => request.result(),
            Err(event) => Err(request.error().ok().flatten().map_or(event, JsValue::from)),
        }
    }
}

/// Waits until a transaction is on the disk.
async fn completed(transaction: &IdbTransaction) -> Result<(), Trouble> {
    let done = Promise::new(&mut |resolve, reject| {
        transaction.set_oncomplete(Some(&resolve));
        transaction.set_onabort(Some(&reject));
    });
    match JsFuture::from(done).await {
        Ok(_) => Ok(()),
        Err(_) => Err(transaction
            .error()
            .map_or(Trouble::Other("IndexedDB gave up".into()), |error| Trouble::from_js(&error))),
    }
}
