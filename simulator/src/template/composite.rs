//! Composite alarms and mute rules of a template.

use skywarden_cloudformation::{
    Resolver,
    cloudwatch::{AlarmMuteRule, CompositeAlarm, MuteExpression, MuteMoment, mute_minutes},
};

use crate::{
    alarm::Actions,
    composite::{CompositeConfig, Rule, Suppressor, named},
    mute::{self, MuteRule},
    template::read::Reason,
};

pub(super) fn composite(resolver: Resolver<'_>, id: &str, alarm: &CompositeAlarm) -> Result<CompositeConfig, Reason> {
    let rule_text = resolver.at(id, "AlarmRule").text(&alarm.alarm_rule)?;
    Ok(CompositeConfig {
        name: resolver.physical_name(id)?,
        arn: resolver.arn(id)?,
        description: resolver.at(id, "AlarmDescription").optional(alarm.alarm_description.as_ref())?.unwrap_or_default(),
        actions: actions(resolver, id, alarm)?,
        rule: Rule::parse(&rule_text).map_err(|error| Reason::other(error.to_string()))?,
        rule_text,
        suppressor: suppressor(resolver, id, alarm)?,
    })
}

fn actions(resolver: Resolver<'_>, id: &str, alarm: &CompositeAlarm) -> Result<Actions, Reason> {
    if let Some(enabled) = &alarm.actions_enabled
        && !resolver.at(id, "ActionsEnabled").value(enabled)?
    {
        return Ok(Actions::default());
    }
    Ok(Actions {
        alarm: resolver.at(id, "AlarmActions").list(&alarm.alarm_actions)?,
        ok: resolver.at(id, "OKActions").list(&alarm.ok_actions)?,
        insufficient_data: resolver.at(id, "InsufficientDataActions").list(&alarm.insufficient_data_actions)?,
    })
}

fn suppressor(resolver: Resolver<'_>, id: &str, alarm: &CompositeAlarm) -> Result<Option<Suppressor>, Reason> {
    let Some(name) = resolver.at(id, "ActionsSuppressor").optional(alarm.actions_suppressor.as_ref())? else { return Ok(None) };
    let seconds = |property, value: &Option<_>| -> Result<u32, Reason> {
        let value = value.as_ref().ok_or_else(|| Reason::other(format!("{property} is missing, an ActionsSuppressor needs it")))?;
        Ok(resolver.at(id, property).value(value)?)
    };
    Ok(Some(Suppressor {
        alarm: named(&name).to_owned(),
        wait_seconds: seconds("ActionsSuppressorWaitPeriod", &alarm.actions_suppressor_wait_period)?,
        extension_seconds: seconds("ActionsSuppressorExtensionPeriod", &alarm.actions_suppressor_extension_period)?,
    }))
}

pub(super) fn mute_rule(resolver: Resolver<'_>, id: &str, rule: &AlarmMuteRule) -> Result<MuteRule, Reason> {
    let whole = |property: &str| Reason::other(format!("{property} is an expression that is only known after deployment"));
    let schedule = rule.rule.literal().and_then(|rule| rule.schedule.literal()).ok_or_else(|| whole("Rule"))?;
    let at = resolver.at(id, "Rule");
    let (expression, duration) = (at.text(&schedule.expression)?, at.text(&schedule.duration)?);
    let zone = at.optional(schedule.timezone.as_ref())?.unwrap_or_else(|| "UTC".to_owned());
    let alarms = match &rule.mute_targets {
        None => None,
        Some(targets) => {
            let targets = targets.literal().ok_or_else(|| whole("MuteTargets"))?;
            Some(resolver.at(id, "MuteTargets").list(&targets.alarm_names)?)
        }
    };
    let date = |property, expr: &Option<_>| -> Result<Option<MuteMoment>, Reason> {
        let Some(text) = resolver.at(id, property).optional(expr.as_ref())? else { return Ok(None) };
        MuteMoment::parse(&text).map(Some).ok_or_else(|| Reason::other(format!("{property} `{text}` is no time")))
    };
    Ok(MuteRule {
        alarms,
        expression: MuteExpression::parse(&expression).map_err(Reason::Other)?,
        minutes: mute_minutes(&duration).ok_or_else(|| Reason::other(format!("the duration `{duration}` cannot be read")))?,
        zone: mute::zone(&zone).ok_or_else(|| Reason::other(format!("there is no time zone `{zone}`")))?,
        start: date("StartDate", &rule.start_date)?,
        expire: date("ExpireDate", &rule.expire_date)?,
    })
}
