//! From a model, stack by stack, to the bytes of its files.

use std::{collections::BTreeMap, sync::Arc};

use skywarden_cloudformation::{
    Properties,
    assembly::{self, AssemblyError, Bootstrap},
    lambda::Code,
};

use crate::{
    artifacts::{
        ArtifactError, Files, PLAN,
        asset::{self, Assets},
        limit,
    },
    config::Diagnostic,
    emit::{self, Stack, digest},
    model::{Model, names::Function},
};

/// Hexadecimal digits of a whole SHA-256.
const WHOLE_DIGEST: usize = 64;

/// A committed rendering, and what there is to say of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Rendered {
    /// The whole `cdk-out/` tree.
    pub files: Files,
    /// Names of the stacks, in the order of their deployment.
    pub stacks: Vec<String>,
    /// Resources of all of them.
    pub resources: usize,
    /// Every limit of AWS that a stack exceeds.
    pub refusals: Vec<Diagnostic>,
}

/// The committed rendering. Its packages hold the plan alone, so the same model gives the same bytes everywhere.
///
/// # Errors
/// [`ArtifactError::Json`] when a part of it has no JSON form, which would be a defect.
pub fn render(model: &Model) -> Result<Rendered, ArtifactError> {
    let plan = plan(model);
    let assets = asset::committed(&plan);
    let (mut stacks, mut resources, mut refusals) = (Vec::new(), 0, Vec::new());
    let shared = model.names.shared_stack();
    let files = with_assets(model, plan, assets, |stack, text| {
        refusals.extend(limit::refusals(stack, text, &shared));
        resources += stack.template.resources.len();
        stacks.push(stack.name.clone());
    })?;
    Ok(Rendered { files, stacks, resources, refusals })
}

/// The deployable copy: the same tree with the programs in it, ids over plan and program. `cdk deploy --app` and
/// `aws cloudformation package` both take it as it is.
///
/// # Errors
/// [`ArtifactError::NoProgram`] when a function has none, else as [`render`].
pub fn package(model: &Model, programs: BTreeMap<Function, Vec<u8>>) -> Result<Files, ArtifactError> {
    let plan = plan(model);
    let assets = asset::deployable(&plan, programs)?;
    with_assets(model, plan, assets, |_, _| {})
}

fn plan(model: &Model) -> Arc<Vec<u8>> {
    Arc::new(emit::plan(model).to_json().into_bytes())
}

/// One stack after the other: `seen` is shown each with the text of its template.
fn with_assets(model: &Model, plan: Arc<Vec<u8>>, assets: Assets, mut seen: impl FnMut(&Stack, &str)) -> Result<Files, ArtifactError> {
    let bootstrap = Bootstrap::default();
    let shared = model.names.shared_stack();
    let mut files = Files::new();
    let mut room = Vec::new();
    let mut stacks = Vec::new();
    for mut stack in emit::stacks(model) {
        // For the CDK functions find their packages in the bootstrap bucket.
        let target = stack.target.clone();
        set_code(&mut stack, &assets, |id| bootstrap.code(&target, id).into());
        let text = template_text(&stack, &mut room)?;
        seen(&stack, &text);
        let text = Arc::new(text.into_bytes());
        let mut written = assembly::Stack::new(&stack.name, &stack.name, digest(&text, WHOLE_DIGEST));
        written.target = target;
        if stack.name != shared {
            written.depends_on.push(shared.clone());
            written.depends_on.extend(stack.after.iter().cloned());
        }
        let functions = stack.programs.values().filter_map(|function| assets.get(function));
        written.assets.extend(functions.map(|asset| assembly::Asset::directory(&asset.id)));

        let manifest = written.asset_manifest(&bootstrap).to_json();
        files.insert(written.asset_manifest_file(), Arc::new(json(&written.asset_manifest_file(), manifest)?));
        // Without functions the two renderings are the same.
        let packaged = if stack.programs.is_empty() {
            Arc::clone(&text)
        } else {
            // For `aws cloudformation package` they name the directory beside which the template lies, one up.
            set_code(&mut stack, &assets, |id| Code::LocalPath(format!("../asset.{id}")));
            Arc::new(template_text(&stack, &mut room)?.into_bytes())
        };
        files.insert(written.template_file(), text);
        files.insert(format!("cloudformation/{}", written.template_file()), packaged);
        stacks.push(written);
    }
    for asset in assets.into_values() {
        let directory = asset.directory();
        for (name, bytes) in asset.files {
            files.insert(format!("{directory}/{name}"), bytes);
        }
    }
    let manifest = assembly::manifest(&stacks, &bootstrap).to_json();
    files.insert("manifest.json".to_owned(), Arc::new(json("manifest.json", manifest)?));
    files.insert("cdk.out".to_owned(), Arc::new(assembly::cdk_out().into_bytes()));
    files.insert(PLAN.to_owned(), plan);
    Ok(files)
}

/// Fills in the `Code` of each function.
fn set_code(stack: &mut Stack, assets: &Assets, code: impl Fn(&str) -> Code) {
    for (logical_id, function) in &stack.programs {
        let resource = stack.template.resources.get_mut(logical_id);
        if let (Some(Properties::Function(properties)), Some(asset)) = (resource.map(|resource| &mut resource.properties), assets.get(function)) {
            properties.code = code(&asset.id).into();
        }
    }
}

fn template_text(stack: &Stack, room: &mut Vec<u8>) -> Result<String, ArtifactError> {
    stack.template.to_json_by(room).map_err(|error| ArtifactError::Json { path: format!("{}.template.json", stack.name), reason: error.to_string() })
}

fn json(path: &str, text: Result<String, AssemblyError>) -> Result<Vec<u8>, ArtifactError> {
    text.map(String::into_bytes).map_err(|error| ArtifactError::Json { path: path.to_owned(), reason: error.to_string() })
}
