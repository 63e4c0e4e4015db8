//! From an assembly to the bytes of its files.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use skywarden_cloudformation::{
    Properties, Template,
    assembly::{self, AssemblyError, Bootstrap},
    lambda::Code,
};

use crate::{
    artifacts::{
        ArtifactError, Files, PLAN,
        asset::{self, Assets},
    },
    emit::{Assembly, Stack, digest},
    model::names::Function,
};

/// Hexadecimal digits of a whole SHA-256.
const WHOLE_DIGEST: usize = 64;

/// The committed rendering: the whole `cdk-out/` tree. Its packages hold the plan alone, so the same assembly gives the same bytes everywhere.
///
/// # Errors
/// [`ArtifactError::Json`] when a part of it has no JSON form, which would be a defect.
pub fn render(assembly: &Assembly) -> Result<Files, ArtifactError> {
    let plan = plan(assembly);
    let assets = asset::committed(&plan);
    with_assets(assembly, plan, assets)
}

/// The deployable copy: the same tree with the programs in it, ids over plan and program. `cdk deploy --app` and
/// `aws cloudformation package` both take it as it is.
///
/// # Errors
/// [`ArtifactError::NoProgram`] when a function has none, else as [`render`].
pub fn package(assembly: &Assembly, programs: BTreeMap<Function, Vec<u8>>) -> Result<Files, ArtifactError> {
    let plan = plan(assembly);
    let assets = asset::deployable(&plan, programs)?;
    with_assets(assembly, plan, assets)
}

fn plan(assembly: &Assembly) -> Arc<Vec<u8>> {
    Arc::new(assembly.plan.to_json().into_bytes())
}

/// Name of the file of a stack's template.
pub(super) fn template_file(stack: &str) -> String {
    format!("{stack}.template.json")
}

fn with_assets(assembly: &Assembly, plan: Arc<Vec<u8>>, assets: Assets) -> Result<Files, ArtifactError> {
    let bootstrap = Bootstrap::default();
    let mut files = Files::new();
    let mut stacks = Vec::new();
    for stack in assembly.stacks() {
        let text = template_text(&stack.name, &cdk_template(stack, &assets, &bootstrap))?;
        let mut written = assembly::Stack::new(&stack.name, &stack.name, digest(&text, WHOLE_DIGEST));
        written.target = stack.target.clone();
        if stack.name != assembly.shared.name {
            written.depends_on.push(assembly.shared.name.clone());
            written.depends_on.extend(stack.after.iter().cloned());
        }
        let functions = stack.programs.values().filter_map(|function| assets.get(function));
        written.assets.extend(functions.map(|asset| assembly::Asset::directory(&asset.id)));

        let manifest = written.asset_manifest(&bootstrap).to_json();
        files.insert(written.asset_manifest_file(), Arc::new(json(&written.asset_manifest_file(), manifest)?));
        // Without functions the two renderings are the same.
        let packaged = if stack.programs.is_empty() { Arc::clone(&text) } else { template_text(&stack.name, &cloudformation_template(stack, &assets))? };
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

/// The template for the CDK: functions find their packages in the bootstrap bucket.
fn cdk_template<'a>(stack: &'a Stack, assets: &Assets, bootstrap: &Bootstrap) -> Cow<'a, Template> {
    with_code(stack, assets, |id| bootstrap.code(&stack.target, id).into())
}

/// The template for `aws cloudformation package`: functions name the directory beside which the template lies, one up.
fn cloudformation_template<'a>(stack: &'a Stack, assets: &Assets) -> Cow<'a, Template> {
    with_code(stack, assets, |id| Code::LocalPath(format!("../asset.{id}")))
}

/// The template with the `Code` of each function filled in; itself when there is no function.
fn with_code<'a>(stack: &'a Stack, assets: &Assets, code: impl Fn(&str) -> Code) -> Cow<'a, Template> {
    let mut template = Cow::Borrowed(&stack.template);
    for (logical_id, function) in &stack.programs {
        let resource = template.to_mut().resources.get_mut(logical_id);
        if let (Some(Properties::Function(properties)), Some(asset)) = (resource.map(|resource| &mut resource.properties), assets.get(function)) {
            properties.code = code(&asset.id).into();
        }
    }
    template
}

fn template_text(stack: &str, template: &Template) -> Result<Arc<Vec<u8>>, ArtifactError> {
    let text = template.to_json().map_err(|error| ArtifactError::Json { path: template_file(stack), reason: error.to_string() })?;
    Ok(Arc::new(text.into_bytes()))
}

fn json(path: &str, text: Result<String, AssemblyError>) -> Result<Vec<u8>, ArtifactError> {
    text.map(String::into_bytes).map_err(|error| ArtifactError::Json { path: path.to_owned(), reason: error.to_string() })
}
