import type { Category, Grade, Label, Sharing } from '../words.ts';

/** Properties that mean the same to those whose home it is, and the label they share. */
export type LabelGroup = {
  /** What they tell, and why the label is what it is. */
  readonly meaning: string;
  readonly label: Label;
  readonly names: readonly string[];
};

/** What the people of a home say or do, or what their things do, belongs to them unless a group says otherwise. */
function personal(
  category: Category,
  grade: Grade,
  { sharing = 'restricted', sensitive = false }: { sharing?: Sharing; sensitive?: boolean } = {},
): Label {
  return { subject_class: 'personal', category, grade, sharing, sensitive };
}

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** How a device is set tells little: what it is, and how its people like their home. */
const SETTING = personal('device', 'general_2');

/** The label of secrets: whoever holds one can enter the home or its network. */
export const SECRET: Label = personal('personal_basic', 'core', { sharing: 'not_shared', sensitive: true });

/** Names of which no value is ever kept: codes that open doors, passwords that open networks. */
export const SECRETS: ReadonlySet<string> = new Set(
  words(`
    pin_code last_used_pin_code action_code admin_code last_added_user_code wifi_config password
    device_password_preset ephemeral_pin_code pincode wifi_password wifi_password_candidate pairing_code
    pairing_code_current
  `),
);

/**
 * The table of labels, by the name of a property without its endpoint. A name that means another thing in one feature
 * stands as `feature.name` (`lock.state`) and is looked for first.
 */
export const LABEL_TABLE: readonly LabelGroup[] = [
  {
    meaning: 'secrets: whoever holds one can enter the home or its network',
    label: SECRET,
    names: [...SECRETS],
  },
  {
    meaning: 'which person did something, and what tells one person from another',
    label: personal('personal_basic', 'important', { sharing: 'not_shared', sensitive: true }),
    names: words(`
      action_user last_unlock_user last_lock_user user_id num_pin_users min_pin_length max_pin_length people
      breathing_rate breath_sensitivity fall_status fall_down_status
    `),
  },
  {
    meaning: 'the door: whether the home is locked, how and from where it was opened, whether it is armed',
    label: personal('behaviour', 'general_4', { sensitive: true }),
    names: words(`
      lock.state lock_state door_state garage_door_contact action_source_name last_unlock_source last_lock_source
      auto_relock auto_relock_time quick_home_enabled quick_arm_enabled quick_disarm_enabled arm_delay_time
      action_zone action_transaction hand_open manual_open_close last_manual_operation
    `),
  },
  {
    meaning: 'whether and where people are, move, sleep, or press a button: who reads it knows when nobody is home',
    label: personal('behaviour', 'general_4', { sensitive: true }),
    names: words(`
      occupancy presence contact moving movement motion_state human_motion_state presence_state presence_time
      occupancy_level room_status_code thermostat_occupancy target_distance distance x_axis y_axis z_axis angle_x
      angle_y angle_z vibration tilt event action side action_from_side action_angle action_group action_duration
      action_rate action_step_size action_brightness_delta action_color_temperature_delta action_transition_time
      action_slide_time action_slide_speed action_slide_relative_displacement action_slide_time_delta
      action_rotation_angle action_rotation_angle_speed action_rotation_percent action_rotation_percent_speed
      action_rotation_time action_rotation_button_state no_occupancy_since noise noise_level noise_detected
      sos dis_current nobody_time track_target_distance window window_open window_state window_open_internal
      open_window open_window_detected opening_state window_open_external location_x location_y input trigger
      consumer_connected ac_connected last_session_energy ev_status ev_connected living_room bedroom bathroom
    `),
  },
  {
    meaning: 'what is switched on, how bright, how far open: habits of the home, seen through its things',
    label: personal('behaviour', 'general_3'),
    names: words(`
      state brightness level position curtain_position motor_state running running_state running_mode work_state
      status relay_status switch_status switch1 switch2 switch3 valve_state valve_status valve_position
      valve_work_state color color_xy color_hs color_temp color_temp_startup color_mode gradient segment_colors
      fan_state fan_mode fan_speed zb_fan_speed smart_fan_speed current_fan_rpm target_fan_rpm speed mode
      timer_seconds on_timer countdown_to_turn_on countdown_to_turn_off preheat preheating ionization system_mode
      thermostat_mode preset occupied_heating_setpoint occupied_cooling_setpoint current_heating_setpoint
      unoccupied_heating_setpoint unoccupied_cooling_setpoint target_temperature temperature_setpoint_hold
      temperature_setpoint_hold_duration setpoint_change_source heat_required occupied_heating_setpoint_scheduled
      preheat_status load_room_mean flow_switch pi_heating_demand heater boost boost_heating turbo_mode quiet_mode
      silent_mode sleep_mode eco_mode away_mode manual_mode swing_mode vanes_swing horizontal_vanes vertical_vanes
      ac_louver_position countdown countdown_1 countdown_2 countdown_3 countdown_4 countdown_left timer
      last_local_command_state last_received_command prev_state output_status pilot_wire_mode schneider_pilot_mode
      light_type load cover.tilt button_clicks_count_1 button_clicks_count_2 button_clicks_count_3
      relay_switches_count_1 relay_switches_count_2 trigger_count switch_on_time total_switch_on_time
      learned_ir_code learned_ir_timings all_on_off brightness_level white_brightness current_compressor_power
      frost_set holiday_start_stop
    `),
  },
  {
    meaning: 'power at the moment: the load curve tells when people are in, cook, wash and sleep',
    label: personal('behaviour', 'general_3', { sensitive: true }),
    names: words(`
      power power_a power_b power_c power_phase_a power_phase_b power_phase_c power_l1 power_l2 power_l3 total_power
      total_active_power active_power mean_power power_apparent power_apparent_phase_b power_apparent_phase_c
      total_power_apparent power_reactive power_reactive_phase_b power_reactive_phase_c total_power_reactive current
      current_a current_b current_c current_phase_a current_phase_b current_phase_c current_l1 current_l2 current_l3
      power_alarm_active flow flow_rate
    `),
  },
  {
    meaning: 'consumption of the family: counters of energy and water, what a bill shows',
    label: personal('family_basic', 'general_3'),
    names: words(`
      energy energy_a energy_b energy_c energy_l1 energy_l2 energy_l3 energy_phase_a energy_phase_b energy_phase_c
      energy_t1 energy_t2 energy_t3 energy_t4 energy_tier_1 energy_tier_2 energy_tier_3 energy_tier_4 energy_today
      energy_yesterday energy_month total_energy total_active_energy energy_consumed consumed_energy daily_energy
      daily_energy_l1 daily_energy_l2 energy_all produced_energy produced_energy_phase_a produced_energy_phase_b
      produced_energy_phase_c produced_energy_tier_1 produced_energy_tier_2 energy_produced energy_produced_a
      energy_produced_b energy_produced_c energy_produced_l1 energy_produced_l2 reverse_energy output_energy_today
      output_energy_month total_output_energy water_consumed reverse_water_consumed month_consumption
      daily_consumption water_total consumption_records 24_hours_records 30_days_records 180_days_records
      real_time_irrigation_duration real_time_irrigation_volume last_irrigation_duration hour_irrigation_duration
      hour_irrigation_volume daily_irrigation_volume current_value
    `),
  },
  {
    meaning: 'names that people gave, and what the home looks like',
    label: personal('family_basic', 'general_2'),
    names: words(`
      name sw1_name sw2_name sw3_name sw4_name sw5_name sw6_name scene_name room display_text language
      installation_height meter_id
    `),
  },
  {
    meaning: 'scenes and plans: what the home will do by itself, hence the rhythm of its people',
    label: personal('scene', 'general_3'),
    names: words(`
      schedule schedule_monday schedule_tuesday schedule_wednesday schedule_thursday schedule_friday
      schedule_saturday schedule_sunday schedule_weekday schedule_holiday schedule_periodic day_of_week
      cyclic_timed_irrigation cyclic_quantitative_irrigation holidays_schedule workdays_schedule
      away_preset_temperature away_preset_days single_watering_duration single_watering_amount quantitative_watering
      schedule_mode schedule_text schedule_start_time schedule_end_time weekly_schedule weekly_schedule_monday
      weekly_schedule_tuesday weekly_schedule_wednesday weekly_schedule_thursday weekly_schedule_friday
      weekly_schedule_saturday weekly_schedule_sunday programming_mode programming_operation_mode program scene
      scene_id scene_switch situation_set gradient_scene radar_scene group_id holiday_temperature
      holiday_temp_set holiday_time holiday_days vacation_mode away_setting working_day work_days week time_periods
      delay_off_schedule irrigation_plan_settings irrigation_plan_report irrigation_schedule_status
      irrigation_start_time irrigation_end_time irrigation_duration irrigation_target irrigation_amount
      rf_scene_status schedule_active_group schedule_group_to_edit turn_on_light_for_person
      turn_off_light_for_person learn_ir_code ir_code_to_send send_command record_rf clear_rf record_scene
      clear_scene day_output night_output
    `),
  },
  {
    meaning: 'climate of a room',
    label: personal('environment', 'general_2'),
    names: words(`
      temperature humidity local_temperature current_temperature room_temperature floor_temperature floor_temp
      local_temperature_floor cable_sensor_temperature external_temperature external_temperature_input
      remote_temperature probe_temperature ntc_temperature dew_point heat_index thi vpd comfort_smiley temperature_f
      temperature_1 raw_temperature remote_humidity external_humidity indoor_heat_exchanger_temperature
      temperature_alarm humidity_alarm temperature_warning humidity_warning probe_temperature_warning
      high_temperature low_temperature high_humidity low_humidity overheat alarm_airtemp_overvalue
    `),
  },
  {
    meaning: 'air that people breathe out, light that they switch on: it follows who is in',
    label: personal('environment', 'general_3'),
    names: words(`
      co2 eco2 illuminance illumination ambient_light light_level light lux_value brightness_state illuminance_raw
    `),
  },
  {
    meaning: 'quality of the air in a room, as far as it follows cooking and cleaning more than people',
    label: personal('environment', 'general_2'),
    names: words(`
      voc voc_index nox_index pm1 pm25 pm4 pm10 pm_n05 pm_n1 pm_n25 pm_n4 pm_n10 pm_size air_quality aqi
      aqi_25_index formaldehyd formaldehyde hcho tvoc ozone
    `),
  },
  {
    meaning: 'hazards: smoke, gas, water. Restricted, so that an alarm may show them to those who help',
    label: personal('environment', 'general_2'),
    names: words(`
      smoke gas carbon_monoxide co co_ppm water_leak active_water_leak water_leak_alarm_1 water_leak_alarm_2
      gas_alarm_1 gas_alarm_2 gas_value gas_density smoke_state smoke_level smoke_value smoke_unit smoke_density
      smoke_concentration smoke_density_dbm chamber_contamination alarm alarm_1 alarm_2 alarm_alarm_1 alarm_alarm_2
      alarm_state alarm_status alarms alarm_active contact_alarm_1 contact_alarm_2 occupancy_alarm_1
      occupancy_alarm_2 water_warning soil_warning high_gas low_gas high_co2 low_co2 high_co2_gas low_co2_gas
      high_voc low_voc halo_alert_state liquid_state liquid_level_percent liquid_depth linkage_alarm_state
      co2_alarm_value hush hush_active halo_hush_state
    `),
  },
  {
    meaning: 'the ground and water of a garden or tank: tells nothing of people',
    label: personal('environment', 'general_1'),
    names: words(`
      soil_moisture soil_fertility soil_fertility_warning fertility moisture moisture_warning dry ec tds salinity ph
      orp illuminance_warning sensor_error
    `),
  },
  {
    meaning: 'weather: the same for the whole neighbourhood, so nobody is found by it',
    label: {
      subject_class: 'public',
      category: 'environment',
      grade: 'general_1',
      sharing: 'unconditional',
      sensitive: false,
    },
    names: words(`
      pressure outdoor_temperature outdoor_air_temperature thermostat_outdoor_temperature out_temperature
      outdoor_humidity outdoor_heat_exchanger_temperature rain rain_intensity wind_speed wind_direction uv_index bar psi
    `),
  },
  {
    meaning: 'traffic of a road: counted of all who drive there, so nobody is found by it',
    label: {
      subject_class: 'public',
      category: 'environment',
      grade: 'general_1',
      sharing: 'unconditional',
      sensitive: false,
    },
    names: words('traffic_speed lane_occupancy travel_time'),
  },
  {
    meaning: 'health of a device and of its radio: what maintenance needs',
    label: personal('device', 'general_1'),
    names: words(`
      heartbeat video_signal occluded rotated
      battery battery_low battery_state battery_level battery_value battery_life battery_defect battery_voltage
      battery_type charging charging_status voltage voltage_a voltage_b voltage_c voltage_phase_b voltage_phase_c
      voltage_phase_ab voltage_phase_bc voltage_phase_ca voltage_l1 voltage_l2 voltage_l3 voltage_min voltage_max
      mains_voltage mains_power_connected power_source power_factor power_factor_a power_factor_b power_factor_c
      power_factor_l1 power_factor_l2 power_factor_phase_b power_factor_phase_c ac_frequency power_max current_max
      phase linkquality link_available rssi reliability device_temperature cpu_temperature power_outage_count
      rejoin_count reboot_count reported_packages resets_count uptime lifetime lifecycle end_of_life endoflife
      warming_up fault faults fault_code fault_state fault_alarm error error_status error_state error_code trouble
      co2_error_read device_overheated motor_fault valve_alarm valve_abnormal_state mounted_mode_active
      adaptation_run_status load_estimate metering_communication_error derated tamper test self_test selftest
      self_test_result self_checking checking_result test_in_progress halo_test_result test_cycle calibrated
      calibration_status motor_clb_position_result motor_travel_calibration_status device_pair_state
      last_bp_connect_state replace_filter filter_age device_age descale_countdown scale_protection
      current_device_status system_status_code system_status_water local_time internalTemperature scan_result
      break_function_state total_time online wifi_status rf_status interconnectable muted
      switching_temperature_sensor switching_humidity_sensor update update_available leakage_current
      over_current_breaker over_voltage_breaker under_voltage_breaker leakage_breaker high_temperature_breaker
      overload_breaker insufficient_balance_breaker pulse_count last_received_status peak_demand_icon
    `),
  },
  {
    meaning:
      'identity of a device and where it stands in the network: hidden from roles without the right (DH-6.3.7-2)',
    label: personal('device', 'general_3', { sensitive: true }),
    names: words(`
      ip_address serial_number device_address device_address_preset radar_id uart_baud_rate dhcp_enabled
      wifi
    `),
  },
  {
    meaning: 'version and model of a device: enough to find its known holes',
    label: personal('device', 'general_2'),
    names: words(`
      hardware_version soft_version firmware_version trv_firmware trv_latest_firmware version model model_name
      model_number date_release device_model_preset power_rating supported_max_motor_speed
    `),
  },
  {
    meaning: 'what a siren or an alarm is told to do',
    label: personal('device', 'general_2'),
    names: words(`
      warning squawk sound beep_sound_enabled arm_delay_beep_sound melody ringtone alarm_ringtone alarm_ring volume
      alarm_volume sound_volume duration max_duration alarm_time alarm_duration alarm_mode alarm_switch alarm_set_1
      alarm_set_2 silence temporary_mute siren_for_automation_only buzzer buzzer_feedback buzzer_manual_alarm
      buzzer_manual_mute muffling linkage_alarm vibration_siren silence_siren beeper beeper_on_leak
    `),
  },
  {
    meaning: 'settings of lights, displays and indicators',
    label: SETTING,
    names: words(`
      effect_speed effect_color level_config backlight_mode indicator_mode color_options led_disabled_night
      gradient_style gradient_scale gradient_offset do_not_disturb flip_indicator_light min_brightness
      temperature_display_mode ballast_minimum_level ballast_maximum_level max_brightness status_led
      color_power_on_behavior indicator backlight backlight_switch light_mode night_onoff_backlight
      night_on_backlight night_off_backlight minimum_pwm led_indicator dimmer_mode display_brightness led_in_dark
      led_if_on backlight_brightness screen_light network_indicator auto_brightness led_enable on_color off_color
      indicator_status screen_orientation enable_display indicator_luminance_level indicator_color
      wireless_led_status led_feedback_mode heartbeat_indicator second_display_mode dimming_range_minimum
      dimming_range_maximum backlight_auto_dim backlight_lightness displayoff_delay led_mode led_brightness
      led_state led_control led_indication transition_curve_curvature lcd_brightness led_indicator_on_enable
      led_indicator_on_h led_indicator_on_s led_indicator_on_b led_indicator_off_enable led_indicator_off_h
      led_indicator_off_s led_indicator_off_b minimum_brightness_level light_indicator_level invert_color
      mirror_display enable_indicator led_effect individual_led_effect dimmingSpeedUpRemote dimmingSpeedUpLocal
      rampRateOffToOnRemote rampRateOffToOnLocal dimmingSpeedDownRemote dimmingSpeedDownLocal rampRateOnToOffRemote
      rampRateOnToOffLocal defaultLevelLocal defaultLevelRemote loadLevelIndicatorTimeout smartBulbMode
      brightnessLevelForDoubleTapUp brightnessLevelForDoubleTapDown ledColorWhenOn ledColorWhenOff
      ledIntensityWhenOn ledIntensityWhenOff lowLevelForFanControlMode mediumLevelForFanControlMode
      highLevelForFanControlMode ledColorForFanControlMode bindingOffToOnSyncLevel doubleTapClearNotifications
      fanLedLevelType brightness_standby switch_backlight indicate_light led_indicator_color_on
      led_indicator_color_off morning_led_intensity evening_led_intensity night_led_intensity led_brightness_levels
      deaf_blink_amount deaf_blink_time enable_blink blink_amount blink_on_time blink_off_time state_after_blink
      blink_command deaf_blink_command switch_color_on switch_color_off display_switch_on_duration activity_led
      break_function_enabled ballast_power_on_level device_enabled light_indicator alarm_indicator ledBarScaling
      minimumLevel maximumLevel effect_colors backlight_color brightness_min_1 brightness_max_1 temperature_display
      led_switch led_color ambience_light_threshold display_brightness_active display_brightness_inactive
      display_active_timeout led_intensity_on led_intensity_off led_color_on led_color_off led_feedback effect
    `),
  },
  {
    meaning: 'settings of heating and cooling',
    label: SETTING,
    names: words(`
      child_lock local_temperature_calibration temperature_calibration temperature_offset keypad_lockout
      frost_protection eco_temperature max_heat_setpoint_limit temperature_unit max_temperature deadzone_temperature
      min_heat_setpoint_limit min_temperature window_detection comfort_temperature enabling_temperature_control
      temperature_actions max_temperature_limit min_temperature_limit humidity_actions comfort_temperature_min
      comfort_temperature_max comfort_humidity_min comfort_humidity_max temperature_compensation
      temperature_sensitivity heat_protect open_window_temperature hysteresis outdoor_temperature_timeout
      raw_temperature_calibration temperature_unit_convert min_setpoint_deadband temperature_threshold
      enable_outdoor_temperature valve_protection target_temp_first frost_protect temperature_v0_set
      temperature_v1_set control_algorithm window_open_check eco_mode_heat_temperature temperature_units
      frost_protection_temperature trv_mode fanControlMode min_cool_setpoint_limit max_cool_setpoint_limit
      mold_protection compressor_power_limit heating_8_deg gentle_wind hysteresis_temperature outlet_control_protect
      high_temperature_threshold temperature_setting temperature_sampling probe_temperature_calibration
      probe_temperature_v0_set probe_temperature_v1_set abs_max_heat_setpoint_limit comfort_warm_floor fanTimerMode
      temperature_delta window_detection_time upper_temp frost floor_sensor_type floor_sensor_calibration
      hysterersis max_temperature_alarm min_temperature_alarm temperature_report_interval thermostat_application
      heating_emitter temperature_sensor_select temperature_accuracy read_swvzf_records regulator_mode frost_guard
      abs_min_heat_setpoint_limit mounted_mode_control thermostat_orientation viewing_direction window_open_feature
      regulation_setpoint_offset external_measured_room_sensor radiator_covered algorithm_scale_factor
      load_balancing_enable adaptation_run_settings adaptation_run_control trigger_time preheat_time heat_available
      heating_stop antifrost antifrost_temperature temperature_sensibility room_floor_sensor_mode floor_min_setpoint
      floor_max_setpoint
    `),
  },
  {
    meaning: 'settings of sensors: how they measure, and how often they report',
    label: SETTING,
    names: words(`
      sensitivity humidity_calibration reading_interval sensor humidity_offset fading_time config_report_enable
      forced_recalibration factory_reset_co2 manual_forced_recalibration sensor_type radar_sensitivity calibration
      occupancy_timeout pressure_offset motion_sensitivity measurement_interval min_level max_level set_altitude
      radar_switch keep_time presence_sensitivity detection_range lux_factor detection_distance calibration_time
      report_delay occupancy_sensitivity illuminance_calibration motion_detection_sensitivity calibrate
      self_cleaning illuminance_interval enable_gas invert_logic_gas static_detection_sensitivity
      automatic_calibrations humidity_sensitivity sensor_mode move_sensitivity minimum_range detection_delay
      sampling_interval illuminance_threshold long_chart_period automatic_self_calibration resolution presence_delay
      delayed_power_on_time presence_timeout maximum_range soil_calibration enable_co2_gas auto_clean_interval
      manual_clean sensor_choose detection_distance_max soil_sampling min_measured_value max_measured_value
      samplingPeriod samplingNumber deltaTemp minimalSendingPeriod maximalSendingPeriod sensitivity_level
      supervision_reports restore_reports enable_voc deviceBindNumber max_humidity min_humidity detection_interval
      spatial_learning report_interval remote_sensing read_interval pulse_frequency delayed_power_on_state
      report_period delay_time data_report_duration delay enable_pre_on_delay pre_on_delay enable_pre_off_delay
      pre_off_delay pulse_duration pulse_command radar_config measurement_period break_function_timeout
      long_chart_period2 calibration_mode radar_delay_time periodicPowerAndEnergyReports scan_environment
      set_detection_distance ai_interference_source_selfidentification ai_sensitivity_adaptive limits_calibration
      max_humidity_alarm min_humidity_alarm rain_delay rain_delay_end_datetime linearity_error_ratio_lux
      fixed_deviation_lux delays_time static_detection_distance motion_detection_mode detection_distance_min
      departure_delay max_set min_set vibration_sensitivity noise_timeout min_time max_time measurment_period
      test_mode_timeout cable_sensor_mode pir_timeout pulse_configuration
    `),
  },
  {
    meaning: 'settings of covers, motors and valves',
    label: SETTING,
    names: words(`
      motor_direction motor_reversal reverse_direction cover_limit motor_steering cover_mode favorite_position
      motor_speed opening_mode move_to_position_command direction motor_mode motor_clb_position traverse_time
      curtain_type auto_close_when_water_shortage irrigation_plan_remove seasonal_watering_adjustment
      set_upper_limit arm_start_position arm_end_position motor_info device_mode_type upper_stroke_limit
      middle_stroke_limit lower_stroke_limit motor_working_mode reverse
    `),
  },
  {
    meaning: 'settings of switches, buttons and plugs',
    label: SETTING,
    names: words(`
      switch_type_button power_on_behavior identify power_outage_memory operation_mode switch_type tx_radio_power
      switch_actions external_switch_type switch_mode mode_switch inching_control_set click_mode device_mode
      overload_protection lock_relay over_voltage_threshold under_voltage_threshold operating_mode boost_time
      relay_mode energy_reset over_current_threshold work_mode multi_click detach_relay_mode power_type
      external_trigger_mode boost_timeset_countdown auto_off button_lock power_failure_mode fastmode press_on_fun
      press_off_fun induction_mode vibration_mode click_control input_mode contact_mode select_input_mode
      enable_short_press enable_long_press long_press_duration time_between_press enable_R12M_long_press
      enable_local_config_lock automatic_scal autoTimerOff switchType buttonDelay auto_power power_threshold
      power_breaker temperature_breaker auto_reclosing breaker_mode metering_only_mode leakage_recloser
      overcurrent_recloser overpower_recloser power_drop_threshold power_rise_threshold momentary_1 slow_mode
      allow_double_click reset_total_energy over_voltage_setting under_voltage_setting over_power_setting
      over_power_threshold long_on_duration enable_nc_command long_on_command test_mode reset_energy_meters
      powerType relay_switch identify_beep interlock momentary_2 button_vibration_level powerup_status zone_mode
      automatic_restart device_work_mode inching_l1 block_time over_current_setting power_cut_off interface_mode
      tx_power
    `),
  },
  {
    meaning: 'other settings, and resets',
    label: SETTING,
    names: words(`
      smart_sleep comparison_previous_data factory_reset enabling_humidity_control update_frequency trigger_selftest
      control_sequence_of_operation lower_level upper_level time_format invert on_off_duration off_on_duration
      occupied_setback reset_to_factory_settings relaunch_ble_advert threshold device_locating main_cycle_output
      humidity_v0_set humidity_v1_set ir_emitter notificationComplete invertSwitch stateAfterPowerRestored
      doubleTapUpToParam55 doubleTapDownToParam56 singleTapBehavior auxSwitchUniqueScenes localProtection
      remoteProtection onOffLedMode firmwareUpdateInProgressIndicator defaultLed1ColorWhenOn defaultLed1ColorWhenOff
      defaultLed1IntensityWhenOn defaultLed1IntensityWhenOff defaultLed2ColorWhenOn defaultLed2ColorWhenOff
      defaultLed2IntensityWhenOn defaultLed2IntensityWhenOff defaultLed3ColorWhenOn defaultLed3ColorWhenOff
      defaultLed3IntensityWhenOn defaultLed3IntensityWhenOff defaultLed4ColorWhenOn defaultLed4ColorWhenOff
      defaultLed4IntensityWhenOn defaultLed4IntensityWhenOff defaultLed5ColorWhenOn defaultLed5ColorWhenOff
      defaultLed5IntensityWhenOn defaultLed5IntensityWhenOff defaultLed6ColorWhenOn defaultLed6ColorWhenOff
      defaultLed6IntensityWhenOn defaultLed6IntensityWhenOff defaultLed7ColorWhenOn defaultLed7ColorWhenOff
      defaultLed7IntensityWhenOn defaultLed7IntensityWhenOff outputMode dark_threshold bright_threshold
      leakage_threshold status_indication vibration_intensity time_type enable_stop_announce stop_announce_time
      enable_deaf multiplier divisor invert_logic_onoff control_type activePowerReports activeEnergyReports
      quickStartTime restart_device settings_reset protect_control time_reload clear_fault liquid_depth_max reset
      multimaster_role icon_application
    `),
  },
];
