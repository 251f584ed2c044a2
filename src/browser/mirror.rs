//! IndexedDB with strict durability: what survives a killed browser.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, JSON, Promise};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DomException, IdbCursor, IdbDatabase, IdbKeyRange, IdbObjectStore, IdbRequest, IdbTransaction,
    IdbTransactionMode,
};

use super::Trouble;

const DATABASE: &str = "verbatim";
const STORE: &str = "records";

#[wasm_bindgen]
extern "C" {
    /// A database whose transactions have options, which web-sys knows nothing of.
    #[derive(Clone)]
    #[wasm_bindgen(extends = IdbDatabase)]
    type Database;
    #[wasm_bindgen(method, catch, js_name = transaction)]
    fn transaction_with(
        this: &Database,
        store: &str,
        mode: IdbTransactionMode,
        options: &JsValue,
    ) -> Result<IdbTransaction, JsValue>;

    /// An object store that takes texts.
    type Texts;
    #[wasm_bindgen(method, catch)]
    fn put(this: &Texts, value: &str, key: &str) -> Result<IdbRequest, JsValue>;
}

/// The open database.
#[derive(Clone)]
pub struct Mirror {
    /// Another one once the browser has closed it, as where the disk was full.
    database: Rc<RefCell<Database>>,
    /// `{durability: "strict"}`.
    strict: JsValue,
}

impl Mirror {
    /// Opens the database, and makes it on a first visit.
    ///
    /// # Errors
    /// When IndexedDB is blocked or broken.
    pub async fn open() -> Result<Mirror, Trouble> {
        let database = Rc::new(RefCell::new(open(true).await?));
        let strict = JSON::parse(r#"{"durability":"strict"}"#).map_err(|error| Trouble::from_js(&error))?;
        Ok(Mirror { database, strict })
    }

    /// The value of a key.
    ///
    /// # Errors
    /// When IndexedDB cannot be read.
    pub async fn get(&self, key: &str) -> Result<Option<String>, Trouble> {
        let trouble = |error: JsValue| Trouble::from_js(&error);
        let request = self.reading().and_then(|store| store.get(&key.into())).map_err(trouble)?;
        Ok(finished(&request).await.map_err(trouble)?.as_string())
    }

    /// What begins with each of the prefixes, as keys with values; and of others the keys alone.
    ///
    /// # Errors
    /// When IndexedDB cannot be read.
    pub async fn read(
        &self,
        prefixes: &[String],
        of_keys: &[String],
    ) -> Result<(Vec<(String, String)>, Vec<String>), Trouble> {
        let trouble = |error: JsValue| Trouble::from_js(&error);
        // All are asked for before the first answer is waited for.
        let ask = || -> Result<_, JsValue> {
            let store = self.reading()?;
            let mut asked = Vec::with_capacity(prefixes.len());
            for prefix in prefixes {
                let range = range(prefix)?;
                let keys = finished(&store.get_all_keys_with_key(&range)?);
                asked.push((keys, finished(&store.get_all_with_key(&range)?)));
            }
            let mut keys = Vec::with_capacity(of_keys.len());
            for prefix in of_keys {
                let range = range(prefix)?;
                keys.push(finished(&store.get_all_keys_with_key(&range)?));
            }
            Ok((asked, keys))
        };
        let (asked, asked_keys) = ask().map_err(trouble)?;
        let mut found = Vec::new();
        for (keys, values) in asked {
            let keys = keys.await.map_err(trouble)?;
            let values = values.await.map_err(trouble)?;
            found.extend(texts(keys).zip(texts(values)).filter_map(|(key, value)| key.zip(value)));
        }
        let mut keys = Vec::new();
        for asked in asked_keys {
            keys.extend(texts(asked.await.map_err(trouble)?).flatten());
        }
        Ok((found, keys))
    }

    /// Of the keys that begin with `prefix`, what follows it up to the next slash; each once,
    /// in order. Costs as much as there are different ones, not as there are keys.
    ///
    /// # Errors
    /// When IndexedDB cannot be read.
    pub async fn names(&self, prefix: &str) -> Result<Vec<String>, Trouble> {
        let trouble = |error: JsValue| Trouble::from_js(&error);
        let store = self.reading().map_err(trouble)?;
        let end = after(prefix);
        let mut from = prefix.to_owned();
        let mut names = Vec::new();
        loop {
            let range = IdbKeyRange::bound(&(&from).into(), &(&end).into()).map_err(trouble)?;
            let found = finished(&store.open_key_cursor_with_range(&range).map_err(trouble)?);
            let Ok(cursor) = found.await.map_err(trouble)?.dyn_into::<IdbCursor>() else { break };
            let key = cursor.key().map_err(trouble)?.as_string().unwrap_or_default();
            let Some(rest) = key.strip_prefix(prefix) else { break };
            let name = rest.split('/').next().unwrap_or(rest);
            from =
                if name.len() < rest.len() { after(&format!("{prefix}{name}/")) } else { format!("{key}\0") };
            names.push(name.to_owned());
        }
        Ok(names)
    }

    fn reading(&self) -> Result<IdbObjectStore, JsValue> {
        self.database.borrow().transaction_with_str(STORE)?.object_store(STORE)
    }

    /// Writes values in one transaction; done when it is on the disk, not before. Begun before this
    /// returns, unless the browser has closed the database: then it is opened again.
    ///
    /// # Errors
    /// When IndexedDB refuses; then nothing of it was written.
    pub fn put(&self, records: &[(String, String)]) -> impl Future<Output = Result<(), Trouble>> + use<> {
        let begun = self.begin(records);
        let again = begun.is_err().then(|| (self.clone(), records.to_vec()));
        async move {
            let transaction = match again {
                None => begun,
                Some((mirror, records)) => {
                    let opened = open(false).await?;
                    mirror.database.replace(opened);
                    mirror.begin(&records)
                }
            };
            transaction.map_err(|error| Trouble::from_js(&error))?.await
        }
    }

    fn begin(
        &self,
        records: &[(String, String)],
    ) -> Result<impl Future<Output = Result<(), Trouble>> + use<>, JsValue> {
        let transaction = self.strict_transaction()?;
        let store: Texts = transaction.object_store(STORE)?.unchecked_into();
        for (key, value) in records {
            store.put(value, key)?;
        }
        // Or the browser would ask this thread once more whether there is more to come.
        #[expect(deprecated, reason = "by web-sys alone: the standard and all engines have it")]
        transaction.commit()?;
        Ok(completed(transaction))
    }

    /// Removes what has a key from the one to the other, both included.
    ///
    /// # Errors
    /// When IndexedDB refuses; then nothing was removed.
    pub async fn remove_between(&self, from: &str, to: &str) -> Result<(), Trouble> {
        let trouble = |error: JsValue| Trouble::from_js(&error);
        let transaction = self.strict_transaction().map_err(trouble)?;
        let range = IdbKeyRange::bound(&from.into(), &to.into()).map_err(trouble)?;
        transaction.object_store(STORE).and_then(|store| store.delete(&range)).map_err(trouble)?;
        completed(transaction).await
    }

    fn strict_transaction(&self) -> Result<IdbTransaction, JsValue> {
        self.database.borrow().transaction_with(STORE, IdbTransactionMode::Readwrite, &self.strict)
    }
}

/// Opens the database; where there is none it is made, or that is an error: one that was emptied under a
/// page would lack everything that the page holds for stored.
async fn open(makes: bool) -> Result<Database, Trouble> {
    let trouble = |error: JsValue| Trouble::from_js(&error);
    let factory =
        super::window().ok_or(Trouble::Blocked)?.indexed_db().map_err(trouble)?.ok_or(Trouble::Blocked)?;
    let request = factory.open_with_u32(DATABASE, 1).map_err(trouble)?;
    let upgrading = request.clone();
    // A failure makes the whole open fail, and that is told.
    let upgrade = Closure::<dyn FnMut()>::new(move || {
        let _ = match (makes, upgrading.result(), upgrading.transaction()) {
            (true, Ok(database), _) => {
                database.unchecked_into::<IdbDatabase>().create_object_store(STORE).map(|_| ())
            }
            (_, _, Some(transaction)) => transaction.abort(),
            _ => Ok(()),
        };
    });
    request.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
    let opened = finished(&request).await;
    opened.map(JsCast::unchecked_into).map_err(|error| match error.dyn_ref::<DomException>() {
        Some(it) if !makes && it.name() == "AbortError" => Trouble::Removed,
        _ => Trouble::from_js(&error),
    })
}

/// The first key after all that begin with `prefix`, which ends with a slash.
fn after(prefix: &str) -> String {
    // What follows the slash in the order of keys.
    format!("{}0", prefix.trim_end_matches('/'))
}

fn range(prefix: &str) -> Result<IdbKeyRange, JsValue> {
    if prefix.ends_with('/') {
        let (from, to) = (prefix.into(), after(prefix).into());
        Ok(IdbKeyRange::bound_with_lower_open_and_upper_open(&from, &to, false, true)?)
    } else {
        Ok(IdbKeyRange::only(&prefix.into())?)
    }
}

fn texts(list: JsValue) -> impl Iterator<Item = Option<String>> {
    list.unchecked_into::<Array>().into_iter().map(|text| text.as_string())
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

/// Waits until a transaction is on the disk. The handlers are set before this returns.
fn completed(transaction: IdbTransaction) -> impl Future<Output = Result<(), Trouble>> + use<> {
    let done = Promise::new(&mut |resolve, reject| {
        transaction.set_oncomplete(Some(&resolve));
        transaction.set_onabort(Some(&reject));
    });
    async move {
        match JsFuture::from(done).await {
            Ok(_) => Ok(()),
            Err(_) => Err(transaction
                .error()
                .map_or(Trouble::Other("IndexedDB gave up".into()), |error| Trouble::from_js(&error))),
        }
    }
}
